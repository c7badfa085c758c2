package promport

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/drill/conformance"
	"pitboss/drill/port"
	"pitboss/regions"
)

// fine is the value of each query of a region that is well, by a word in the query.
func fine() map[string]string {
	return map[string]string{"max(": "1.5", "increase": "1200", `"login"`: "0.9995", `"deposit"`: "0.999", "quantile": "0.125"}
}

// serve answers as Prometheus does. A value of "" is an empty vector.
func serve(t *testing.T, values map[string]string) (string, *[]string) {
	t.Helper()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.FormValue("query")
		asked = append(asked, query)
		for _, word := range []string{"quantile", "increase", `"login"`, `"deposit"`, "max("} {
			if !strings.Contains(query, word) {
				continue
			}
			w.Header().Set("Content-Type", "application/json")
			value, result := values[word], ""
			if value == "refused" {
				w.WriteHeader(http.StatusUnprocessableEntity)
				fmt.Fprint(w, `{"status":"error","errorType":"execution","error":"too many samples"}`)
				return
			}
			if value != "" {
				result = fmt.Sprintf(`{"metric":{},"value":[1795342252.787,%q]}`, value)
			}
			fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, result)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, &asked
}

func read(t *testing.T, urls ...string) (port.Reading, error) {
	t.Helper()
	i, err := New(Options{Market: "mt", URLs: urls})
	require.NoError(t, err)
	return i.Read(t.Context(), regions.All()[0], 90*time.Second)
}

func TestRead(t *testing.T) {
	url, asked := serve(t, fine())
	got, err := read(t, url)
	require.NoError(t, err)
	assert.Equal(t, port.Reading{Login: 0.9995, Deposit: 0.999, P95: 125 * time.Millisecond, Unsettled: 1500 * time.Millisecond, Requests: 1200}, got)
	all := strings.Join(*asked, "\n")
	for _, part := range []string{`market="mt"`, `region="` + regions.All()[0].String() + `"`, "[90s]", `outcome=~"success|failed"`, "sum by (le)", "or vector(0)"} {
		assert.Contains(t, all, part)
	}
	i, err := New(Options{Market: "mt", URLs: []string{url}})
	require.NoError(t, err)
	conformance.Indicators(t, i, regions.All()[0])
}

// TestCouldNotTell: whatever is missing is an error, but for a region that serves nobody.
func TestCouldNotTell(t *testing.T) {
	for name, c := range map[string]struct{ reason, word, value, says string }{
		"NotScraped":  {"no sign of the region", "max(", "", "not scraped"},
		"NoLogins":    {"0/0", `"login"`, "NaN", "login"},
		"NoDeposits":  {"nothing to divide", `"deposit"`, "", "deposit"},
		"NoLatencies": {"no histogram", "quantile", "NaN", "duration"},
		"Beyond":      {"above the last bucket", "quantile", "+Inf", "beyond"},
		"Refused":     {"Prometheus' own words", "increase", "refused", "too many samples"},
	} {
		t.Run(name, func(t *testing.T) {
			values := fine()
			values[c.word] = c.value
			url, _ := serve(t, values)
			_, err := read(t, url)
			require.ErrorContains(t, err, c.says, c.reason)
			require.NotErrorIs(t, err, port.ErrUnreachable)
		})
	}
	for _, none := range []string{"0", ""} {
		values := fine()
		values["increase"] = none
		url, _ := serve(t, values)
		got, err := read(t, url)
		require.NoError(t, err)
		assert.Equal(t, port.Reading{Unsettled: 1500 * time.Millisecond}, got, "scraped, and nobody came")
	}
}

func TestServersInTurn(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	_, err := read(t, gone.URL)
	require.ErrorIs(t, err, port.ErrUnreachable)
	knows, _ := serve(t, fine())
	other := fine()
	other["max("] = ""
	ignorant, _ := serve(t, other)
	got, err := read(t, gone.URL, ignorant, knows)
	require.NoError(t, err, "the one that knows the region")
	assert.InDelta(t, 1200, got.Requests, 0)
}
