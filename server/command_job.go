package server

import "context"

type jobArguments struct {
	callTarget
	JobID string `json:"jobId" jsonschema:"id of the job"`
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

func jobCancel(_ context.Context, c *invocation, a jobArguments) (nothing, error) {
	j, err := c.jobNamed(a.JobID)
	if err == nil {
		j.stop(errStopped)
	}
	return nothing{}, err
}

func jobOutputCommand(_ context.Context, c *invocation, a jobArguments) (jobText, error) {
	j, err := c.jobNamed(a.JobID)
	if err != nil {
		return jobText{}, err
	}
	text, omitted := j.output.text()
	return jobText{c.session.jobs.copy(j), text, omitted}, nil
}

func (c *invocation) jobNamed(id string) (*job, error) {
	j := c.session.jobs.find(func(j *job) bool { return j.ID == id })
	if j == nil {
		return nil, badArgument("jobId", "names no job: %q; job.list has them", id)
	}
	return j, nil
}
