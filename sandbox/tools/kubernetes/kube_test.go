package main

import (
	"bytes"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func testLayout(t *testing.T) layout {
	t.Helper()
	l, err := newLayout(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestPKISurvivesARestart(t *testing.T) {
	l := testLayout(t)
	if err := ensurePKI(l); err != nil {
		t.Fatal(err)
	}
	ca, _ := os.ReadFile(l.pki("ca.crt"))
	serving, _ := os.ReadFile(l.pki("serving.crt"))
	// A crash may leave a key without its certificate.
	if err := os.Remove(l.pki("admin.crt")); err != nil {
		t.Fatal(err)
	}
	if err := ensurePKI(l); err != nil {
		t.Fatal(err)
	}
	if now, _ := os.ReadFile(l.pki("ca.crt")); !bytes.Equal(now, ca) {
		t.Error("the CA changed: every kubeconfig would be worthless")
	}
	if now, _ := os.ReadFile(l.pki("serving.crt")); !bytes.Equal(now, serving) {
		t.Error("the serving certificate changed without need")
	}
	if _, err := readPair(l, "admin"); err != nil {
		t.Errorf("the half pair was not made anew: %v", err)
	}
	if info, err := os.Stat(l.pki("ca.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("ca.key: %v %v; want it readable by its owner only", info.Mode(), err)
	}
}

func TestTokenAndPortSurviveARestart(t *testing.T) {
	l := testLayout(t)
	token, err := ensureToken(l)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ensureToken(l); err != nil || again != token {
		t.Errorf("token %q then %q, %v", token, again, err)
	}
	port, err := choosePort(l, 0)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := choosePort(l, 0); err != nil || again != port {
		t.Errorf("port %d then %d, %v", port, again, err)
	}
	taken, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if _, err := choosePort(l, 0); err == nil || !strings.Contains(err.Error(), l.file("port")) {
		t.Errorf("a taken port: %v; want to be told what to do", err)
	}
}

func TestOneSupervisorAFolder(t *testing.T) {
	l := testLayout(t)
	first, err := l.lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.lock(); err == nil {
		t.Error("a second supervisor got the lock")
	}
	first.Close()
	if second, err := l.lock(); err != nil {
		t.Errorf("the lock of a supervisor that is gone: %v", err)
	} else {
		second.Close()
	}
}

func TestLogCannotFillTheDisk(t *testing.T) {
	l := testLayout(t)
	log, err := openLog(l.logs("x.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	line := []byte(strings.Repeat("x", 99) + "\n")
	for range 3 * logLimit / len(line) {
		if _, err := log.Write(line); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"x.log", "x.log.1"} {
		if info, err := os.Stat(l.logs(name)); err != nil || info.Size() > logLimit {
			t.Errorf("%s: %v %v; want at most %d bytes", name, info.Size(), err, logLimit)
		}
	}
	if got := tail(l.logs("x.log"), 2); got != string(line)+strings.TrimSpace(string(line)) {
		t.Errorf("tail gives %d bytes, want two lines", len(got))
	}
}

func TestRunRefuses(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []string
		blames string
	}{
		"Fine":    {"the baseline must pass", []string{"--dir", "d", "--name", "n"}, ""},
		"NoDir":   {"nowhere to keep state", []string{"--name", "n"}, "--dir"},
		"Version": {"it cannot be emulated", []string{"--dir", "d", "--name", "n", "--version", "1.29"}, "1.33, 1.34, 1.35, 1.36"},
		"Extra":   {"a forgotten dash", []string{"--dir", "d", "--name", "n", "version"}, `"version"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := parseRun(c.args)
			if (err == nil) != (c.blames == "") || err != nil && !strings.Contains(err.Error(), c.blames) {
				t.Errorf("%s: got %v, want %q named", c.reason, err, c.blames)
			}
		})
	}
}

func TestHostname(t *testing.T) {
	s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "realtime-tables", Name: "edge", UID: "u-1"}}
	got := hostname(s, "eu-south-1")
	if !regexp.MustCompile(`^k8s-realtime-edge-[0-9a-f]{10}-[0-9a-f]{16}\.elb\.eu-south-1\.amazonaws\.com$`).MatchString(got) {
		t.Errorf("hostname %q is not of the form ELB gives", got)
	}
	other := s.DeepCopy()
	other.UID = "u-2"
	if hostname(other, "eu-south-1") == got {
		t.Error("two services got one load balancer")
	}
}
