package ledger

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMoneyIsAcknowledgedOnlyWhenItIsWritten(t *testing.T) {
	cases := map[string]struct {
		reason  string
		role    told
		store   error
		body    string
		status  int
		outcome string
		applied int
	}{
		"Writes":     {"the region may and the database does", told{role: Role{Writes: true}}, nil, transferBody, 200, "success", 1},
		"Frozen":     {"neither writes nor forward: come again", told{}, nil, transferBody, 503, "refused", 0},
		"Unknown":    {"nobody knows whether it may: fail closed, and that is broken", told{role: Role{Writes: true}, err: errBoom}, nil, transferBody, 503, "failed", 0},
		"ReadOnly":   {"the database was fenced before the flag was read", told{role: Role{Writes: true}}, ErrReadOnly, transferBody, 503, "refused", 0},
		"NoDatabase": {"whatever else the database says", told{role: Role{Writes: true}}, errBoom, transferBody, 503, "failed", 0},
		"NoFunds":    {"a player's mistake is no failure", told{role: Role{Writes: true}}, ErrFunds, transferBody, 422, "success", 0},
		"OtherUse":   {"an id is of one movement", told{role: Role{Writes: true}}, ErrConflict, transferBody, 409, "success", 0},
		"NoID":       {"without an id it could be applied twice", told{role: Role{Writes: true}}, nil, `{"from":"a","to":"b","amount":1}`, 400, "success", 0},
		"Nothing":    {"an amount moves something", told{role: Role{Writes: true}}, nil, `{"id":"0198c0de-0000-7000-8000-000000000001","from":"a","to":"b","amount":0}`, 400, "success", 0},
		"House":      {"the house's money is the house's", told{role: Role{Writes: true}}, nil, `{"id":"0198c0de-0000-7000-8000-000000000001","from":"house-01","to":"b","amount":1}`, 400, "success", 0},
		"NotAField":  {"a typing error is told", told{role: Role{Writes: true}}, nil, `{"idd":"x"}`, 400, "success", 0},
		"NoSuchPeer": {"a forward to nowhere is broken", told{role: Role{Forward: "c"}}, nil, transferBody, 503, "failed", 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			a, b := market(t)
			*a.role, a.money.err = c.role, c.store
			status, said, outcome := ask(t, a.url+"/transfers", c.body)
			assert.Equal(t, c.status, status, "%s: %s", c.reason, said)
			assert.Equal(t, c.applied, a.money.applied(), c.reason)
			assert.Zero(t, b.hits, "nothing was to be handed on")
			assert.Equal(t, map[string]int{c.outcome: 1}, counted(t, a, opTransfer), c.reason)
			if status >= 500 {
				assert.Equal(t, c.outcome, outcome, "the header says what the indicators count")
			}
		})
	}
}

func TestFrozenSaysSo(t *testing.T) {
	a, _ := market(t)
	a.role.role = Role{}
	_, said, _ := ask(t, a.url+"/deposits", `{"id":"0198c0de-0000-7000-8000-000000000001","wallet":"x","amount":1}`)
	assert.JSONEq(t, `{"error":"writes are frozen"}`, said)
}

func TestHandedOnOnceAndCountedWhereThePlayerIs(t *testing.T) {
	a, b := market(t)
	a.role.role = Role{Forward: "b"}
	status, said, _ := ask(t, a.url+"/transfers", transferBody)
	require.Equal(t, 200, status, said)
	assert.Equal(t, 1, b.money.applied())
	assert.Zero(t, a.money.applied())
	assert.Equal(t, map[string]int{"success": 1}, counted(t, a, opTransfer))
	assert.Empty(t, counted(t, b, opTransfer))

	b.role.role = Role{Forward: "a"} // each hands on to the other: a ring must end
	status, _, outcome := ask(t, a.url+"/transfers", transferBody)
	assert.Equal(t, 503, status)
	assert.Equal(t, "refused", outcome)
	assert.Equal(t, 2, a.hits, "both were of the player: none came back")
	assert.Equal(t, 2, b.hits)
	assert.Equal(t, map[string]int{"success": 1, "refused": 1}, counted(t, a, opTransfer))
}

func TestNoAnswerFromTheOtherRegionIsNoAcknowledgement(t *testing.T) {
	a, _ := market(t)
	a.role.role = Role{Forward: "b"}
	a.service.config.Peers["b"] = "http://127.0.0.1:1"
	status, _, outcome := ask(t, a.url+"/transfers", transferBody)
	assert.Equal(t, 503, status)
	assert.Equal(t, "failed", outcome)
}

func TestLoginsGoWhereSessionsAreWritten(t *testing.T) {
	const body = `{"player":"player-001"}`
	a, b := market(t)
	a.role.role = Role{} // frozen: a login is no money
	status, said, _ := ask(t, a.url+"/login", body)
	require.Equal(t, 200, status, said)
	assert.Zero(t, b.hits)

	a.sessions.err = ErrReadOnly
	status, said, _ = ask(t, a.url+"/login", body)
	require.Equal(t, 200, status, "the other region's are written: %s", said)
	assert.Equal(t, 1, b.hits)
	sli, _, _ := ask(t, a.url+"/sli/login", "")
	assert.Equal(t, 200, sli)

	b.sessions.err = ErrReadOnly // while they are promoted neither writes
	status, _, outcome := ask(t, a.url+"/login", body)
	assert.Equal(t, 503, status)
	assert.Equal(t, "refused", outcome)
	assert.Equal(t, 2, b.hits)
	sli, _, _ = ask(t, a.url+"/sli/login", "")
	assert.Equal(t, 503, sli)

	a.sessions.err = errBoom
	_, _, outcome = ask(t, a.url+"/login", body)
	assert.Equal(t, "failed", outcome, "a dead Redis is not handed on")
}

func TestIndicatorsSayWhatCouldBeDoneNow(t *testing.T) {
	cases := map[string]struct {
		reason       string
		a, b         Role
		storeA       error
		aSays, bSays int
	}{
		"Writer":    {"it writes", Role{Writes: true}, Role{}, nil, 200, 503},
		"Fenced":    {"told to write, but the database does not", Role{Writes: true}, Role{}, ErrReadOnly, 503, 503},
		"Forwards":  {"handing on counts", Role{Forward: "b"}, Role{Writes: true}, nil, 200, 200},
		"ToNobody":  {"handing on to one that does not write", Role{Forward: "b"}, Role{}, nil, 503, 503},
		"RingEnds":  {"each to the other", Role{Forward: "b"}, Role{Forward: "a"}, nil, 503, 503},
		"AllFrozen": {"nobody writes", Role{}, Role{}, nil, 503, 503},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			a, b := market(t)
			a.role.role, b.role.role, a.money.err = c.a, c.b, c.storeA
			for _, path := range []string{"/sli/deposit", "/sli/bet"} {
				status, said, _ := ask(t, a.url+path, "")
				assert.Equal(t, c.aSays, status, "%s: %s", c.reason, said)
				status, said, _ = ask(t, b.url+path, "")
				assert.Equal(t, c.bSays, status, "%s: %s", c.reason, said)
			}
		})
	}
	a, _ := market(t)
	a.role.err = errBoom
	status, _, _ := ask(t, a.url+"/sli/deposit", "")
	assert.Equal(t, 503, status, "an unknown role is not a good one")
}

func TestSourFailsOneInTwentyAndNeedsTheToken(t *testing.T) {
	a, b := market(t)
	const on = `{"indicator":"login","on":true}`
	status, _, _ := ask(t, a.url+AdminSour, on)
	require.Equal(t, http.StatusForbidden, status)
	status, _, _ = ask(t, a.url+AdminSour, on, "Authorization", "Bearer wrong")
	require.Equal(t, http.StatusForbidden, status)
	require.False(t, a.service.sour.is(SourLogin))
	status, said, _ := ask(t, a.url+AdminSour, `{"indicator":"weather","on":true}`, "Authorization", "Bearer secret")
	require.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, said, "login, deposit, latency, bets")

	status, _, _ = ask(t, a.url+AdminSour, on, "Authorization", "Bearer secret")
	require.Equal(t, http.StatusOK, status)
	for n := range 200 {
		_, _, _ = ask(t, a.url+"/login", fmt.Sprintf(`{"player":"p%d"}`, n))
		_, _, _ = ask(t, a.url+"/transfers", transferBody)
	}
	assert.Equal(t, map[string]int{"success": 190, "failed": 10}, counted(t, a, opLogin))
	assert.Equal(t, map[string]int{"success": 200}, counted(t, a, opTransfer), "only logins are sour")

	a.role.role, b.role.role = Role{Writes: true}, Role{Forward: "a"}
	b.sessions.err = ErrReadOnly
	for range 40 {
		status, _, _ = ask(t, b.url+"/login", `{"player":"p"}`)
		require.Equal(t, 200, status, "what another region hands on is not soured")
	}
}

func TestSourIsKnownFromTheStart(t *testing.T) {
	s := New(Config{Region: "a", Sour: []string{SourBets}}, &told{}, &memory{}, &memory{})
	assert.True(t, s.sour.is(SourBets))
	assert.False(t, s.sour.is(SourLogin))
}

func TestAnUnknownAgeIsAbsent(t *testing.T) {
	m := newMetrics("mt", "a")
	m.unsettledIs(0, nil)
	all, err := m.registry.Gather()
	require.NoError(t, err)
	m.unsettledIs(0, errBoom)
	without, err := m.registry.Gather()
	require.NoError(t, err)
	assert.Len(t, without, len(all)-1)
}
