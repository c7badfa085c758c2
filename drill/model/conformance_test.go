package model

import (
	"context"
	"testing"
	"time"

	"pitboss/drill/conformance"
	"pitboss/drill/steps"
)

// TestTheModelConforms: what steps rely on in the model is what they find on AWS, by the
// suite that the adapters are held to.
func TestTheModelConforms(t *testing.T) {
	w := New(Example(), Faults{})
	ports := w.World("conformance", nil, steps.DefaultPace())
	mode := conformance.Mode{Full: true, Patience: time.Minute, Wait: func(time.Duration) { _ = w.Sleep(context.Background(), time.Second) }}
	for _, d := range w.Inv.Databases {
		t.Run("database "+d.Name, func(t *testing.T) { conformance.Databases(t, mode, ports.Databases, d) })
	}
	for _, c := range w.Inv.Caches {
		t.Run("cache "+c.Name, func(t *testing.T) { conformance.Caches(t, mode, ports.Caches, c) })
	}
	t.Run("streams", func(t *testing.T) { conformance.Streams(t, mode, ports.Streams, w.Inv.Streams) })
	t.Run("workloads", func(t *testing.T) {
		conformance.Workloads(t, mode, ports.Workloads, w.Inv.Home, w.Inv.Standby)
	})
	t.Run("traffic", func(t *testing.T) { conformance.Traffic(t, mode, ports.Traffic, w.Inv.Traffic) })
	t.Run("vault", func(t *testing.T) { conformance.Vault(t, mode, ports.Vaults[w.Inv.Home]) })
	t.Run("account", func(t *testing.T) { conformance.Account(t, ports.Account, w.Inv.Home) })
	t.Run("indicators", func(t *testing.T) { conformance.Indicators(t, ports.Indicators, w.Inv.Home) })
}
