package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/stacks/market"
)

// TestASwapIsNotAnUpdate: an update that would make a standby active is told, whether
// somebody changed the file or the file is behind a drill; nothing else is.
func TestASwapIsNotAnUpdate(t *testing.T) {
	m, err := market.Load("../../../..", "mt")
	require.NoError(t, err)
	said := func(home, standby string) map[string]engine.State {
		states := map[string]engine.State{}
		for _, s := range m.Stacks() {
			state := engine.State{}
			name := map[string]string{m.Home.String(): home, m.Standby.String(): standby}[s.Region.String()]
			if s.Kind == market.KindRegion && name != "" {
				state.Outputs = map[string]any{"role": map[string]any{"name": name}}
			}
			states[s.Name] = state
		}
		return states
	}
	for name, c := range map[string]struct {
		home, standby, active string
		risk                  string
	}{
		"AsBuilt":                {"active", "standby", m.Home.String(), ""},
		"NotBuilt":               {"", "", m.Home.String(), ""},
		"StandbyNotBuilt":        {"active", "", m.Standby.String(), ""},
		"ByHand":                 {"active", "standby", m.Standby.String(), "swap:" + m.Standby.String()},
		"TheFileIsBehindADrill":  {"standby", "active", m.Home.String(), "swap:" + m.Home.String()},
		"AfterALoss":             {"active", "active", m.Standby.String(), ""},
		"ADrillStoppedInBetween": {"standby", "standby", m.Home.String(), "swap:" + m.Home.String()},
	} {
		t.Run(name, func(t *testing.T) {
			m := m
			m.Active = m.Home
			if c.active == m.Standby.String() {
				m.Active = m.Standby
			}
			risk, why := swaps(m, said(c.home, c.standby))
			assert.Equal(t, c.risk, risk)
			if c.risk == "" {
				assert.NoError(t, why)
				return
			}
			assert.ErrorContains(t, why, "pitboss drill mt --to "+c.active)
			assert.ErrorContains(t, why, "set active to "+m.Other(m.Active).String())
			assert.ErrorContains(t, why, "--accept-risk="+c.risk)
			_, err := newReview(m, []string{c.risk}, "")
			assert.NoError(t, err, "what a refusal names may be accepted")
		})
	}
}
