package server

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"time"

	"go.lsp.dev/protocol"
)

// reportEvery is the least time between two reports of progress.
const reportEvery = 250 * time.Millisecond

// progress shows the user how a job gets on, by $/progress. Its methods do not wait for the client.
type progress struct {
	session  *session
	job      *job
	token    protocol.ProgressToken
	given    bool // the client gave the token, and need not be asked
	silent   bool // the client cannot show progress
	measured bool // there will be percentages

	mu      sync.Mutex
	message string
	began   time.Time // of what message tells
	percent int       // -1 while nobody knows; it never goes back
	outcome chan string
	ended   chan struct{}
}

func newProgress(c *invocation, j *job) *progress {
	p := &progress{
		session: c.session, job: j, token: c.token, given: c.token != nil, silent: c.token == nil && !c.client.progress, measured: c.command.measured,
		percent: -1, outcome: make(chan string, 1), ended: make(chan struct{}),
	}
	if !p.given {
		p.token = protocol.String("dockwright/" + j.ID)
	}
	return p
}

// start begins to show.
func (p *progress) start() {
	if p.silent {
		close(p.ended)
		return
	}
	p.session.background("progress", func() {
		defer close(p.ended)
		if p.admitted() {
			p.run()
		}
	})
}

// report says what the job does from now on, and how much of it is done in percent; negative if that is not known.
func (p *progress) report(message string, percent int) {
	p.mu.Lock()
	if message != p.message {
		p.message, p.began = message, time.Now()
	}
	p.percent = max(p.percent, min(percent, 100))
	p.mu.Unlock()
}

// end shows how the job ended and waits until that has been sent. A client that has not let us begin is not waited for.
func (p *progress) end(outcome string) {
	p.outcome <- outcome
	<-p.ended
}

// admitted asks the client for a token of ours. If the job ends before the client has answered, it is told so when it has: some show a
// token that they have been asked for until its end.
func (p *progress) admitted() bool {
	if p.given {
		return true
	}
	ctx, cancel := context.WithTimeout(p.session.ctx, patience)
	answer := make(chan error, 1)
	p.session.background("progress token", func() {
		defer cancel()
		_, err := p.session.conn.Call(ctx, protocol.MethodWindowWorkDoneProgressCreate, &protocol.WorkDoneProgressCreateParams{Token: p.token}, nil)
		answer <- err
	})
	select {
	case err := <-answer:
		if err != nil {
			p.session.log.Info("the client shows no progress", "error", err)
		}
		return err == nil
	case outcome := <-p.outcome:
		p.session.background("late progress", func() {
			if <-answer == nil {
				p.begin()
				p.send(map[string]any{"kind": "end", "message": outcome})
			}
		})
		return false
	}
}

func (p *progress) begin() {
	begin := map[string]any{"kind": "begin", "title": p.job.Title, "cancellable": true}
	if p.measured { // without it clients show no percentage later on
		begin["percentage"] = 0
	}
	p.send(begin)
}

// run sends begin, reports and end.
func (p *progress) run() {
	p.begin()
	tick := time.NewTicker(reportEvery)
	defer tick.Stop()
	var shown map[string]any
	for {
		select {
		case outcome := <-p.outcome:
			p.send(map[string]any{"kind": "end", "message": outcome})
			return
		case <-tick.C:
			if now := p.state(); now != nil && !maps.Equal(now, shown) {
				shown = now
				p.send(now)
			}
		}
	}
}

// state is a report of what is: 3/9 RUN npm ci · 12 s. It is nil while there is nothing to tell.
func (p *progress) state() map[string]any {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.message == "" {
		return nil
	}
	value := map[string]any{"kind": "report", "cancellable": true, "message": p.message}
	if seconds := int(time.Since(p.began).Seconds()); seconds > 0 {
		value["message"] = fmt.Sprintf("%s · %d s", p.message, seconds)
	}
	if p.percent >= 0 {
		value["percentage"] = p.percent
	}
	return value
}

func (p *progress) send(value map[string]any) {
	raw, _ := json.Marshal(value) // plain values, which cannot fail
	p.session.notify(protocol.MethodProgress, &protocol.ProgressParams{Token: p.token, Value: raw})
}

// cancelProgress answers window/workDoneProgress/cancel.
func (s *session) cancelProgress(p *protocol.WorkDoneProgressCancelParams) error {
	if j := s.jobs.find(func(j *job) bool { return j.Ended.IsZero() && j.progress.token == p.Token }); j != nil {
		j.stop(errStopped)
	}
	return nil
}
