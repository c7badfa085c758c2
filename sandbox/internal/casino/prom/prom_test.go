package prom

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfiguration(t *testing.T) {
	got, err := configuration(map[string]string{"b": "127.0.0.1:2", "a": "127.0.0.1:1"})
	require.NoError(t, err)
	assert.JSONEq(t, `{"global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1h"},
		"scrape_configs": [{"job_name": "casino", "static_configs": [{"targets": ["127.0.0.1:1", "127.0.0.1:2"]}]}]}`, string(got))
}

func TestNotReadyIsAnError(t *testing.T) {
	_, err := Start(Options{Dir: t.TempDir(), Targets: map[string]string{"a": "127.0.0.1:1"}})
	require.ErrorContains(t, err, "install Debian's package prometheus")

	s, err := Start(Options{Binary: "/bin/false", Dir: t.TempDir(), Address: "127.0.0.1:1", Targets: map[string]string{"a": "127.0.0.1:1"}})
	require.NoError(t, err)
	defer s.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err = s.Ready(ctx, []string{"a"})
	require.ErrorContains(t, err, "is not ready")
	require.ErrorContains(t, err, "prometheus.log", "it says where to look")
}
