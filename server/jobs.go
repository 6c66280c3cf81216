package server

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// keptJobs is how many ended jobs are remembered with their output.
const keptJobs = 50

// jobs is the jobs of a session: the long commands that run, and the last that ran.
type jobs struct {
	mu   sync.Mutex
	last int // the last number given to a job
	all  []*job
}

// job is one run of a long command.
type job struct {
	ID      string    `json:"jobId"`
	Token   any       `json:"progressToken"` // of $/progress
	Command string    `json:"command"`
	Title   string    `json:"title"`
	Status  string    `json:"status"` // running, or how the command ended
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended,omitzero"`
	Message string    `json:"message,omitempty"` // what it does at the moment, or what failed

	stop     context.CancelCauseFunc
	progress *progress
	output   *jobOutput
}

// begin makes a job of a call and shows its progress. stop ends the call.
func (w *jobs) begin(c *invocation, stop context.CancelCauseFunc) *job {
	w.mu.Lock()
	w.last++
	j := &job{
		ID: fmt.Sprintf("job-%d", w.last), Command: c.command.id, Title: c.command.title, Status: "running",
		Started: time.Now().UTC(), stop: stop,
	}
	j.progress = newProgress(c, j)
	j.Token = j.progress.token
	j.output = newJobOutput(c.session, j.ID, j.Token)
	w.all = append(w.all, j)
	w.mu.Unlock()
	j.progress.start()
	return j
}

// end closes a job: its last output is sent, its progress ends.
func (w *jobs) end(j *job, r *commandResult) {
	w.mu.Lock()
	j.Status, j.Ended = string(statusCancelled), time.Now().UTC()
	if r != nil { // else the request was cancelled, and nobody takes a result
		j.Status = string(r.Status)
	}
	if r != nil && r.Error != nil {
		j.Message = r.Error.Message
	}
	outcome := map[string]string{string(statusCancelled): "canceled", string(statusFailed): "failed", string(statusPartial): "failed"}[j.Status]
	w.forget()
	w.mu.Unlock()
	j.output.close()
	w.settle()
	j.progress.end(cmp.Or(outcome, "completed"))
}

// forget drops the oldest ended jobs. The caller holds the lock.
func (w *jobs) forget() {
	ended := 0
	for i := len(w.all) - 1; i >= 0; i-- {
		if w.all[i].Ended.IsZero() {
			continue
		}
		if ended++; ended > keptJobs {
			w.all = slices.Delete(w.all, i, i+1)
		}
	}
}

// settle bounds what is kept of the output of ended jobs, of each and of all: what the oldest have written goes first.
func (w *jobs) settle() {
	w.mu.Lock()
	defer w.mu.Unlock()
	var ended []*job
	for _, j := range w.all {
		if !j.Ended.IsZero() {
			ended = append(ended, j)
		}
	}
	slices.SortStableFunc(ended, func(a, b *job) int { return b.Ended.Compare(a.Ended) })
	left := keptOutputs
	for _, j := range ended {
		left -= j.output.settle(min(keptOutput, left))
	}
}

// find is the job with that id, or nil.
func (w *jobs) find(match func(*job) bool) *job {
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := slices.IndexFunc(w.all, match); i >= 0 {
		return w.all[i]
	}
	return nil
}

// list is a copy of all jobs, the newest first.
func (w *jobs) list() []job {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := []job{}
	for _, j := range slices.Backward(w.all) {
		out = append(out, *j)
	}
	return out
}

// copy is j as it is now.
func (w *jobs) copy(j *job) job {
	w.mu.Lock()
	defer w.mu.Unlock()
	return *j
}
