package docker

import (
	"context"
	"encoding/json"
	"strings"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/container"
)

// Top lists the processes of a running container.
func (e *Engine) Top(ctx context.Context, name string) (dockerops.ProcessTable, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	id, err := e.runningContainer(ctx, name)
	if err != nil && dockerops.KindOf(err) != dockerops.KindPaused { // Paused processes are still there to be seen.
		return dockerops.ProcessTable{}, err
	}
	found, err := e.api.ContainerTop(ctx, id, nil)
	if err != nil {
		return dockerops.ProcessTable{}, failure(ctx, err, "listing the processes of "+name)
	}
	return processTable(found.Titles, found.Processes), nil
}

// processTable splits what an engine tells in whole lines, as Podman 4 does: the last column takes what is left.
func processTable(titles []string, rows [][]string) dockerops.ProcessTable {
	if len(titles) == 1 {
		titles = strings.Fields(titles[0])
	}
	for i, row := range rows {
		if len(row) != 1 || len(titles) == 1 {
			continue
		}
		words := strings.Fields(row[0])
		if last := len(titles) - 1; last > 0 && len(words) > last {
			words = append(words[:last:last], strings.Join(words[last:], " "))
		}
		rows[i] = words
	}
	return dockerops.ProcessTable{Titles: titles, Rows: rows}
}

// Diff lists the paths that a container has changed, added or deleted since it was created from its image.
func (e *Engine) Diff(ctx context.Context, name string) ([]dockerops.FileChange, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	found, err := e.inspect(ctx, name)
	if err != nil {
		return nil, err
	}
	changes, err := e.api.ContainerDiff(ctx, found.ID)
	if err != nil {
		return nil, failure(ctx, err, "comparing "+name+" with its image")
	}
	kinds := map[container.ChangeType]string{container.ChangeModify: "modified", container.ChangeAdd: "added", container.ChangeDelete: "deleted"}
	result := make([]dockerops.FileChange, 0, len(changes))
	for _, change := range changes {
		result = append(result, dockerops.FileChange{Path: change.Path, Kind: kinds[change.Kind]})
	}
	return result, nil
}

// Stats takes one sample of what a running container uses. It takes a second or two, for the engine measures twice.
func (e *Engine) Stats(ctx context.Context, name string) (dockerops.Stats, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	id, err := e.runningContainer(ctx, name)
	if err != nil && dockerops.KindOf(err) != dockerops.KindPaused {
		return dockerops.Stats{}, err
	}
	doing := "measuring " + name
	response, err := e.api.ContainerStats(ctx, id, false)
	if err != nil {
		return dockerops.Stats{}, failure(ctx, err, doing)
	}
	defer func() { _ = response.Body.Close() }()
	var sample container.StatsResponse
	if err := json.NewDecoder(response.Body).Decode(&sample); err != nil {
		return dockerops.Stats{}, failure(ctx, err, doing)
	}
	return statsFrom(sample), nil
}

func statsFrom(sample container.StatsResponse) dockerops.Stats {
	result := dockerops.Stats{
		ID: sample.ID, Name: strings.TrimPrefix(sample.Name, "/"), Time: sample.Read.UTC(), CPUPercent: cpuPercent(sample),
		MemoryBytes: memoryUsed(sample.MemoryStats), MemoryLimit: int64(sample.MemoryStats.Limit), Pids: int64(sample.PidsStats.Current),
	}
	for _, network := range sample.Networks {
		result.NetReceived += int64(network.RxBytes)
		result.NetSent += int64(network.TxBytes)
	}
	for _, entry := range sample.BlkioStats.IoServiceBytesRecursive {
		switch strings.ToLower(entry.Op) {
		case "read":
			result.BlockRead += int64(entry.Value)
		case "write":
			result.BlockWrite += int64(entry.Value)
		}
	}
	return result
}

// cpuPercent is the container's share of what the whole machine did between the two measurements, times its processors.
func cpuPercent(sample container.StatsResponse) float64 {
	used := float64(sample.CPUStats.CPUUsage.TotalUsage) - float64(sample.PreCPUStats.CPUUsage.TotalUsage)
	system := float64(sample.CPUStats.SystemUsage) - float64(sample.PreCPUStats.SystemUsage)
	processors := float64(sample.CPUStats.OnlineCPUs)
	if processors == 0 {
		processors = float64(len(sample.CPUStats.CPUUsage.PercpuUsage))
	}
	if used <= 0 || system <= 0 {
		return 0
	}
	return used / system * processors * 100
}

// memoryUsed leaves out the file cache that the kernel can drop, as docker stats does; cgroups 1 and 2 name it differently.
func memoryUsed(memory container.MemoryStats) int64 {
	for _, name := range []string{"total_inactive_file", "inactive_file"} {
		if cache, ok := memory.Stats[name]; ok && cache < memory.Usage {
			return int64(memory.Usage - cache)
		}
	}
	return int64(memory.Usage)
}
