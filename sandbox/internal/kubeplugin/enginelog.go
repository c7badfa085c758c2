package kubeplugin

import (
	"context"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// engineLog shows messages beside the resource they are about. Without an engine
// (a test) they are dropped.
type engineLog struct {
	mu     sync.Mutex
	engine pulumirpc.EngineClient
	said   map[string]bool
}

func (l *engineLog) connect(address string) {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return // messages only: no reason to fail
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.engine = pulumirpc.NewEngineClient(conn)
}

// warn shows a warning once a resource.
func (l *engineLog) warn(ctx context.Context, urn, message string) {
	l.mu.Lock()
	engine, repeated := l.engine, l.said[urn+message]
	if l.said == nil {
		l.said = map[string]bool{}
	}
	l.said[urn+message] = true
	l.mu.Unlock()
	if engine == nil || repeated {
		return
	}
	_, _ = engine.Log(ctx, &pulumirpc.LogRequest{Severity: pulumirpc.LogSeverity_WARNING, Urn: urn, Message: message})
}

type urnKey struct{}

// about marks a context with the resource that requests are made for.
func about(ctx context.Context, urn string) context.Context {
	return context.WithValue(ctx, urnKey{}, urn)
}

// HandleWarningHeaderWithContext passes the API server's warnings on, such as
// what Pod Security thinks of a Deployment's pods.
func (l *engineLog) HandleWarningHeaderWithContext(ctx context.Context, code int, _ string, text string) {
	const miscellaneous = 299 // the only code that Kubernetes uses
	if urn, ok := ctx.Value(urnKey{}).(string); ok && code == miscellaneous && text != "" {
		l.warn(ctx, urn, text)
	}
}
