package docker

import (
	"context"
	"slices"
	"time"

	"dockwright/dockerops"

	"github.com/docker/docker/api/types/image"
	"github.com/docker/go-connections/nat"
)

// InspectImage tells everything about an image. Secrets in its environment are masked unless asked for.
func (e *Engine) InspectImage(ctx context.Context, name string, options dockerops.InspectOptions) (dockerops.ImageDetail, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	if err := checkImage(name); err != nil {
		return dockerops.ImageDetail{}, err
	}
	found, err := e.api.ImageInspect(ctx, name)
	if err != nil {
		return dockerops.ImageDetail{}, failure(ctx, err, "looking at "+name)
	}
	listed := imageFrom(image.Summary{RepoTags: found.RepoTags, RepoDigests: found.RepoDigests})
	result := dockerops.ImageDetail{
		ID: found.ID, References: listed.References, Digests: listed.Digests, Created: parseTime(found.Created), Size: found.Size,
		OS: found.Os, Architecture: found.Architecture, Variant: found.Variant, Author: found.Author, Layers: found.RootFS.Layers,
	}
	if config := found.Config; config != nil {
		result.OnBuild = config.OnBuild
		ports := map[nat.Port]struct{}{}
		for port := range config.ExposedPorts {
			ports[nat.Port(port)] = struct{}{}
		}
		result.Config = dockerops.ProcessConfig{
			Entrypoint: argvShown(config.Entrypoint, options), Cmd: argvShown(config.Cmd, options), Env: variables(config.Env, options),
			Workdir: config.WorkingDir, User: config.User, Labels: labelsShown(config.Labels, options), ExposedPorts: exposedPorts(ports), StopSignal: config.StopSignal,
		}
		for path := range config.Volumes {
			result.Config.Volumes = append(result.Config.Volumes, path)
		}
		slices.Sort(result.Config.Volumes)
		if check := config.Healthcheck; check != nil {
			result.Config.Healthcheck = &dockerops.Healthcheck{
				Test: argvShown(check.Test, options), Interval: check.Interval, Timeout: check.Timeout, StartPeriod: check.StartPeriod, Retries: check.Retries,
			}
		}
	}
	return result, nil
}

// ImageHistory tells the steps in which an image was made, the newest first. Secrets in them are masked unless asked for.
func (e *Engine) ImageHistory(ctx context.Context, name string, options dockerops.InspectOptions) ([]dockerops.HistoryRow, error) {
	ctx, done := e.guarded(ctx)
	defer done()
	if err := checkImage(name); err != nil {
		return nil, err
	}
	rows, err := e.api.ImageHistory(ctx, name)
	if err != nil {
		return nil, failure(ctx, err, "reading the history of "+name)
	}
	result := make([]dockerops.HistoryRow, 0, len(rows))
	for _, row := range rows {
		converted := dockerops.HistoryRow{
			ID: row.ID, Created: time.Unix(row.Created, 0).UTC(), CreatedBy: row.CreatedBy, Comment: row.Comment, Size: row.Size, Tags: row.Tags,
		}
		if converted.ID == "<missing>" {
			converted.ID = ""
		}
		if !options.ShowSecrets {
			converted.CreatedBy = dockerops.MaskText(row.CreatedBy)
		}
		result = append(result, converted)
	}
	return result, nil
}
