package server

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"dockwright/dockerops"
)

// tokenLife is how long a plan can be confirmed.
const tokenLife = 2 * time.Minute

// confirmPlan is what the confirm argument says to get a plan and a token in place of a question to the user.
const confirmPlan = "plan"

// plan lists what a command is going to destroy. Nothing but that is destroyed.
type plan struct {
	Title     string               `json:"title"`
	Items     []dockerops.PlanItem `json:"items"`
	Protected []dockerops.PlanItem `json:"protected,omitempty"` // what stays although it is of the same kinds, and why
	Loses     []string             `json:"loses,omitempty"`     // what cannot be got back
	Size      int64                `json:"size"`                // bytes that come free on the engine's disk, as far as that is known

	build *imageBuildArguments // what is built once the plan is confirmed
}

// confirmations are the plans that wait for a token to come back.
type confirmations struct {
	mu    sync.Mutex
	plans map[string]confirmation
}

type confirmation struct {
	plan      *plan
	arguments map[string]any // of the call that it was made for
	command   string
	engine    engineName
	until     time.Time
}

// planned is the arguments of a call that carries out a plan: those that the plan was made for. The call can name them again, but not
// others: what the user has seen is what is done.
func (c *invocation) planned(raw json.RawMessage) (json.RawMessage, error) {
	var given map[string]any
	if json.Unmarshal(raw, &given) != nil {
		return raw, nil // decoding says what is wrong
	}
	token, _ := given["confirm"].(string)
	kept, known := c.session.confirmations.look(token)
	if !known || kept.command != c.command.id {
		return raw, nil // the token is refused where it is to count
	}
	for name, value := range given {
		if name != "confirm" && name != "timeoutMs" && !reflect.DeepEqual(value, kept.arguments[name]) {
			return nil, badArgument(name, "is not what the plan was made for: call the command again without confirm")
		}
	}
	all := maps.Clone(kept.arguments)
	maps.Copy(all, given)
	return json.Marshal(all)
}

// look is the plan of a token, which stays.
func (w *confirmations) look(token string) (confirmation, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	kept, known := w.plans[token]
	return kept, known
}

// confirmed returns the plan that may be carried out: the one that make comes up with, if the user says yes to it, or the one
// whose token the caller gives. Its error is how the call ends otherwise.
func (c *invocation) confirmed(ctx context.Context, make func() (*plan, error)) (*plan, error) {
	if c.Confirm != "" && c.Confirm != confirmPlan {
		return c.session.confirmations.take(c)
	}
	p, err := make()
	if err != nil || len(p.Items) == 0 {
		return p, err
	}
	if c.Confirm == confirmPlan {
		return nil, c.session.confirmations.keep(c, p)
	}
	const no = "Cancel"
	answer, err := c.ask(ctx, c.question(p), p.Title, no)
	switch {
	case err != nil:
		return nil, c.session.confirmations.keep(c, p)
	case answer != p.Title:
		return nil, &dockerops.Error{Kind: dockerops.KindCancelled, Message: "Nothing was done: it was not confirmed."}
	}
	return p, nil
}

// question asks for a plan. It names the host where that is not this machine.
func (c *invocation) question(p *plan) string {
	var names []string
	for _, item := range p.Items[:min(len(p.Items), 8)] {
		names = append(names, fmt.Sprintf("%s %s (%s)", itemWord(item.Kind), item.Name, item.Reason))
	}
	if more := len(p.Items) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	where := ""
	if endpoint := c.engine.endpoint(); endpoint != nil && !endpoint.Local {
		where = " on " + endpoint.Host
	}
	question := fmt.Sprintf("%s%s? %s.", p.Title, where, strings.Join(names, ", "))
	if p.Size > 0 {
		question += fmt.Sprintf(" Frees %s.", humanSize(p.Size))
	}
	return strings.Join(append([]string{question}, p.Loses...), " ")
}

// keep stores a plan and returns its token, as the way the call ends.
func (w *confirmations) keep(c *invocation, p *plan) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	for token, kept := range w.plans {
		if now.After(kept.until) {
			delete(w.plans, token)
		}
	}
	if w.plans == nil {
		w.plans = map[string]confirmation{}
	}
	arguments := map[string]any{}
	_ = json.Unmarshal(c.raw, &arguments) // it has been decoded before
	token := rand.Text()
	w.plans[token] = confirmation{p, arguments, c.command.id, c.engine.name, now.Add(tokenLife)}
	return &confirmNeeded{p, token}
}

// take is the plan of the call's token, which counts once.
func (w *confirmations) take(c *invocation) (*plan, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	kept, known := w.plans[c.Confirm]
	if !known || kept.command != c.command.id || kept.engine != c.engine.name || time.Now().After(kept.until) {
		return nil, badArgument("confirm", "is no valid token: it counts once, for two minutes, for the same command on the same engine; call the command again without it")
	}
	delete(w.plans, c.Confirm)
	return kept.plan, nil
}

// ask shows the user a question with buttons and returns the one that was pressed, "" if none was. Its error says that the
// client cannot ask.
func (c *invocation) ask(ctx context.Context, question string, buttons ...string) (string, error) {
	p := &protocol.ShowMessageRequestParams{Type: protocol.MessageTypeWarning, Message: question}
	for _, title := range buttons {
		p.Actions = append(p.Actions, protocol.MessageActionItem{Title: title})
	}
	if !c.client.asks {
		return "", jsonrpc2.ErrMethodNotFound
	}
	var answer *protocol.MessageActionItem
	if _, err := c.client.conn.Call(ctx, protocol.MethodWindowShowMessageRequest, p, &answer); err != nil {
		return "", err
	}
	if answer == nil {
		return "", nil
	}
	return answer.Title, nil
}

// pick lets the user choose a value for an argument that the caller left out, some at a time. If that cannot be, the call ends with the
// choices.
func (c *invocation) pick(ctx context.Context, argument, question string, choices []choice) (string, error) {
	needed := &inputNeeded{argument, question, append([]choice{}, choices...), nil}
	if len(choices) == 0 {
		return "", needed
	}
	for page := range slices.Chunk(choices, mostButtons) {
		var titles []string
		for _, choice := range page {
			titles = append(titles, choice.Title)
		}
		last := &page[len(page)-1] == &choices[len(choices)-1]
		if !last {
			titles = append(titles, more)
		}
		answer, err := c.ask(ctx, question, titles...)
		if err != nil {
			return "", needed
		}
		if answer == more && !last {
			continue
		}
		for _, choice := range page {
			if choice.Title == answer {
				return choice.Value, nil
			}
		}
		break
	}
	return "", &dockerops.Error{Kind: dockerops.KindCancelled, Message: "Nothing was chosen."}
}

// mostButtons is how many choices a question has at most, and more the button that leads to the next.
const (
	mostButtons = 12
	more        = "More …"
)
