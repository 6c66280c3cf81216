package dockerops

// PullSpec says what image to pull.
type PullSpec struct {
	Reference string `json:"reference"`
	Platform  string `json:"platform,omitempty"` // os/arch[/variant]; "": the engine's own
}

// PullResult is an image that was pulled.
type PullResult struct {
	Reference string `json:"reference"`
	ID        string `json:"id"`
	Digest    string `json:"digest,omitempty"`   // of its manifest in the registry
	UpToDate  bool   `json:"upToDate,omitempty"` // it was here already
}

// PushResult is an image that was pushed.
type PushResult struct {
	Reference string `json:"reference"`
	Digest    string `json:"digest,omitempty"` // of its manifest in the registry
	Size      int64  `json:"size,omitempty"`   // bytes of the image on this engine's disk
}

// LayerState is how far one layer has come.
type LayerState string

// The states of a layer. Exists: the receiving side has it already.
const (
	LayerWaiting     LayerState = "waiting"
	LayerDownloading LayerState = "downloading"
	LayerDownloaded  LayerState = "downloaded"
	LayerExtracting  LayerState = "extracting"
	LayerUploading   LayerState = "uploading"
	LayerComplete    LayerState = "complete"
	LayerExists      LayerState = "exists"
)

// LayerProgress is how far one layer of a pull or push has come.
type LayerProgress struct {
	Layer   string     `json:"layer"` // the beginning of its id
	State   LayerState `json:"state"`
	Current int64      `json:"current"` // bytes, of what State says
	Total   int64      `json:"total"`   // bytes; 0: not known
}
