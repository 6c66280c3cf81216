package server

import (
	"context"
	"fmt"
)

type jobArguments struct {
	callTarget
	JobID string `json:"jobId,omitempty" jsonschema:"id of the job"`
}

type jobListArguments struct{ callTarget }

// jobRows is the data of job.list.
type jobRows struct {
	Jobs []job `json:"jobs"`
}

// jobText is the data of job.output.
type jobText struct {
	job
	Output  string `json:"output"`
	Omitted int64  `json:"omitted,omitempty"` // bytes that came before and were not kept
}

func jobList(_ context.Context, c *invocation, _ jobListArguments) (jobRows, error) {
	return jobRows{c.session.jobs.list()}, nil
}

func jobCancel(ctx context.Context, c *invocation, a jobArguments) (nothing, error) {
	j, err := c.jobNamed(ctx, a.JobID, func(j job) bool { return j.Ended.IsZero() })
	if err == nil {
		j.stop(errStopped)
	}
	return nothing{}, err
}

func jobOutputCommand(ctx context.Context, c *invocation, a jobArguments) (jobText, error) {
	j, err := c.jobNamed(ctx, a.JobID, func(job) bool { return true })
	if err != nil {
		return jobText{}, err
	}
	text, omitted := j.output.text()
	return jobText{c.session.jobs.copy(j), text, omitted}, nil
}

// jobNamed is the job with that id; the user is asked for one of those that are offered if there is none.
func (c *invocation) jobNamed(ctx context.Context, id string, offered func(job) bool) (_ *job, err error) {
	if id == "" {
		var choices []choice
		for _, j := range c.session.jobs.list() {
			if offered(j) {
				choices = append(choices, choice{fmt.Sprintf("%s (%s, %s)", j.Title, j.ID, j.Status), j.ID})
			}
		}
		question := c.command.title + ": which job?"
		if len(choices) == 0 {
			question = c.command.title + ": there is no job that this can be done to."
		}
		if id, err = c.pick(ctx, "jobId", question, choices); err != nil {
			return nil, err
		}
	}
	j := c.session.jobs.find(func(j *job) bool { return j.ID == id })
	if j == nil {
		return nil, badArgument("jobId", "names no job: %q; job.list has them", id)
	}
	return j, nil
}
