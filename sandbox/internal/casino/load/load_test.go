package load

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/sandbox/internal/casino/ledger"
)

// market answers as a door would, and remembers which ids it was asked for.
type market struct {
	mu      sync.Mutex
	status  int
	outcome string
	asked   map[string]int
	taken   map[string]bool
}

func (m *market) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, _ := io.ReadAll(r.Body)
	var in struct{ ID string }
	_ = json.Unmarshal(data, &in)
	m.asked[in.ID]++
	if r.Host != "api.mt.example.com" {
		m.status = http.StatusTeapot
	}
	if m.status == http.StatusOK {
		m.taken[in.ID] = true
	}
	w.Header().Set(ledger.HeaderOutcome, m.outcome)
	w.WriteHeader(m.status)
}

func (m *market) say(status int, outcome string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status, m.outcome = status, outcome
}

func begin(t *testing.T, m *market) (*Witness, *run) {
	t.Helper()
	m.asked, m.taken = map[string]int{}, map[string]bool{}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	w := New(Options{Dir: t.TempDir(), Door: server.URL, API: "api.mt.example.com"})
	j, err := create(w.path())
	require.NoError(t, err)
	now := time.Now()
	require.NoError(t, j.add(line{What: lineStart, At: now, Before: 7}))
	w.run = start(w, j, 200, now)
	return w, w.run
}

func TestOnlyAnAcknowledgementCounts(t *testing.T) {
	cases := map[string]struct {
		reason  string
		status  int
		outcome string
		want    counts // 1 is any number
	}{
		"Frozen":   {"told to come again", 503, "refused", counts{Refused: 1, Refusals: 1}},
		"Dead":     {"the region does not answer", 502, "", counts{Refused: 1, Failures: 1}},
		"Failed":   {"the region is broken", 503, "failed", counts{Refused: 1, Failures: 1}},
		"Rejected": {"asking again would come to the same", 422, "", counts{Rejected: 1}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m := &market{status: c.status, outcome: c.outcome}
			w, r := begin(t, m)
			require.Eventually(t, func() bool { return w.View().Sent >= 20 }, 5*time.Second, 5*time.Millisecond)
			require.NoError(t, r.stop())
			s, err := readStory(w.path())
			require.NoError(t, err)
			assert.Empty(t, s.acks, c.reason)
			some := func(n int) int { return min(n, 1) }
			assert.Equal(t, c.want, counts{some(s.counts.Refused), some(s.counts.Refusals), some(s.counts.Failures), some(s.counts.GaveUp), some(s.counts.Rejected)}, c.reason)
		})
	}
}

func TestTheSameIDIsAskedForUntilItIsTaken(t *testing.T) {
	m := &market{status: 503, outcome: "refused"}
	w, r := begin(t, m)
	time.Sleep(600 * time.Millisecond)
	m.say(http.StatusOK, "")
	require.Eventually(t, func() bool { return w.View().Acknowledged > 20 }, 5*time.Second, 5*time.Millisecond)
	require.NoError(t, r.stop())
	s, err := readStory(w.path())
	require.NoError(t, err)
	again := 0
	for _, a := range s.acks {
		require.True(t, m.taken[a.ID.String()])
		if m.asked[a.ID.String()] > 1 {
			again++
		}
	}
	assert.Positive(t, again, "what was refused was asked for again, by its id")
	gap := s.longestGap()
	assert.Greater(t, gap, 550*time.Millisecond, "no write was taken for that long")
	assert.Less(t, gap, 1500*time.Millisecond, "and then they were")
	assert.EqualValues(t, 7, s.before)
}

func TestStoryOfAProcessThatDied(t *testing.T) {
	path := filepath.Join(t.TempDir(), "witness.jsonl")
	_, err := readStory(path)
	require.ErrorContains(t, err, "start it first")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	id := uuid.MustParse("0198c0de-0000-7000-8000-000000000001")
	var lines []string
	for _, l := range []line{
		{What: lineStart, At: at, Before: 9},
		{What: lineAck, At: at.Add(5 * time.Second), ID: id}, // two workers wrote in this order
		{What: lineAck, At: at.Add(4 * time.Second), ID: id},
		{What: lineTick, At: at.Add(8 * time.Second), Counts: &counts{Refused: 3}},
	} {
		data, err := json.Marshal(l)
		require.NoError(t, err)
		lines = append(lines, string(data))
	}
	whole := strings.Join(lines, "\n") + "\n"
	require.NoError(t, os.WriteFile(path, []byte(whole+lines[1][:20]), 0o600))
	s, err := readStory(path)
	require.NoError(t, err, "a line that was being written never counted")
	assert.Len(t, s.acks, 2)
	assert.Equal(t, 3, s.counts.Refused)
	assert.Equal(t, 4*time.Second, s.longestGap(), "from the start to the first")

	require.NoError(t, os.WriteFile(path, []byte(lines[0]+"\nrubbish\n"+lines[1]+"\n"), 0o600))
	_, err = readStory(path)
	require.ErrorContains(t, err, "witness.jsonl:2", "a line in the middle is not passed over: it may have been an acknowledgement")
	require.NoError(t, os.WriteFile(path, []byte(lines[1]+"\n"), 0o600))
	_, err = readStory(path)
	require.ErrorContains(t, err, "no beginning")
}

func TestAWitnessThatCannotWriteDownSaysSo(t *testing.T) {
	m := &market{status: http.StatusOK}
	w, r := begin(t, m)
	w.opts.Ledger = func(string) (ledger.Endpoint, error) { return ledger.Endpoint{}, nil }
	require.NoError(t, r.journal.file.Close())
	sent := func() bool { m.mu.Lock(); defer m.mu.Unlock(); return len(m.taken) > 3 }
	require.Eventually(t, sent, 5*time.Second, 5*time.Millisecond)
	_, err := w.Stop(t.Context(), "a")
	require.ErrorContains(t, err, "cannot say what was lost")
}

func TestHandlerRefusals(t *testing.T) {
	w := New(Options{Dir: t.TempDir(), Regions: []string{"a"}, Ledger: func(r string) (ledger.Endpoint, error) {
		return ledger.Endpoint{}, errors.New("no member in " + r)
	}})
	cases := map[string]struct{ path, body, says string }{
		"Rate":    {"/witness/start", `{"rate":-1}`, "from 1 to 2000"},
		"NoJSON":  {"/witness/start", `{`, "unexpected EOF"},
		"Nothing": {"/witness/stop", `{"region":"a"}`, "no member in a"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			out := httptest.NewRecorder()
			w.Handler().ServeHTTP(out, httptest.NewRequest(http.MethodPost, c.path, strings.NewReader(c.body)))
			assert.Equal(t, http.StatusConflict, out.Code)
			assert.Contains(t, out.Body.String(), c.says)
		})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, w.Start(ctx, 0), "no region tells how much money")
	_, err := os.Stat(w.path())
	require.ErrorIs(t, err, os.ErrNotExist, "what could not start has no journal")
	out := httptest.NewRecorder()
	w.Handler().ServeHTTP(out, httptest.NewRequest(http.MethodGet, "/witness", nil))
	assert.Contains(t, out.Body.String(), `"running":false`)
}

func TestTheMixOfRequests(t *testing.T) {
	seen := map[string]int{}
	for n := range 100 {
		a := request(n)
		seen[a.op]++
		require.Equal(t, a.op == "login", a.id == uuid.Nil)
		var in map[string]any
		require.NoError(t, json.Unmarshal(a.body, &in))
		if a.op == "transfer" {
			require.NotEqual(t, in["from"], in["to"])
		}
	}
	assert.Equal(t, map[string]int{"login": 10, "deposit": 10, "bet": 10, "transfer": 70}, seen)
}
