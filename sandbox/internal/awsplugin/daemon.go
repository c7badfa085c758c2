package awsplugin

import (
	"context"

	"pitboss/sandbox/internal/bridge"
	"pitboss/sandbox/internal/client"
	"pitboss/sandbox/internal/cloud"
)

// daemon is sandboxd as this plugin sees it.
type daemon struct{ client *client.Client }

// socketEnv names sandboxd's socket; the sandbox sets it for every run.
const socketEnv = "PITBOSS_SANDBOX_SOCKET"

func (d daemon) session(ctx context.Context, c bridge.Config) (s bridge.Session, err error) {
	return s, d.client.Call(ctx, "/v1/bridge", c, &s)
}

func (d daemon) resource(ctx context.Context, verb string, r cloud.Request) (out cloud.Resource, err error) {
	return out, d.client.Call(ctx, "/v1/resources/"+verb, r, &out)
}

func (d daemon) known(ctx context.Context, r cloud.Request) error {
	return d.client.Call(ctx, "/v1/resources/known", r, &struct{}{})
}
