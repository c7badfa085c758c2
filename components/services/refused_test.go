package services_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pitboss/components/internal/component"
	"pitboss/components/services"
	"pitboss/components/stores"
)

// refusal is one edit of the table that holds, and what must be said of it.
type refusal struct {
	reason string
	of     string // the service that is edited, or the domain for domain
	edit   func(*services.Service)
	domain func(*services.Domain)
	blames string // service and field
	says   []string
}

// check edits the table and judges it. One edit gives one problem: what says three things
// of one mistake hides the next.
func (c refusal) check(t *testing.T) {
	t.Helper()
	all := services.Domains()
	found := false
	for i := range all {
		if all[i].Name == c.of && c.domain != nil {
			c.domain(&all[i])
			found = true
		}
		for k := range all[i].Services {
			if all[i].Services[k].Name == c.of && c.edit != nil {
				c.edit(&all[i].Services[k])
				found = true
			}
		}
	}
	if !found {
		t.Fatalf("there is no %q to edit", c.of)
	}
	err := services.Check(all)
	var problems *component.Problems
	if !errors.As(err, &problems) || !problems.Blames(c.blames) {
		t.Fatalf("error is %v, want it to blame %s: %s", err, c.blames, c.reason)
	}
	if len(problems.List) != 1 {
		t.Errorf("one mistake gives %d problems:\n%v", len(problems.List), err)
	}
	for _, want := range append(c.says, "services."+c.blames) {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want it to say %q: %s", err, want, c.reason)
		}
	}
}

func refuse(t *testing.T, cases map[string]refusal) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, c.check)
	}
}

type (
	service = services.Service
	domain  = services.Domain
)

func TestDomainsAreRefused(t *testing.T) {
	refuse(t, map[string]refusal{
		"Twice":           {reason: "one namespace for two teams", of: "login", domain: func(d *domain) { d.Name = "wallet" }, blames: "wallet.Name", says: []string{"a namespace already"}},
		"BadName":         {reason: "Kubernetes takes no such namespace", of: "wallet", domain: func(d *domain) { d.Name = "Wallet_1" }, blames: "Wallet_1.Name", says: []string{`"Wallet_1"`, "lower-case"}},
		"Operators":       {reason: "its admission rules would not judge us", of: "wallet", domain: func(d *domain) { d.Name = services.KEDA }, blames: "keda.Name", says: []string{"operator"}},
		"System":          {reason: "the same", of: "wallet", domain: func(d *domain) { d.Name = services.SystemNamespace }, blames: "kube-system.Name"},
		"Ownerless":       {reason: "nobody is called", of: "wallet", domain: func(d *domain) { d.Owner = "" }, blames: "wallet.Owner"},
		"OpenVault":       {reason: "its logs show documents", of: "kyc", domain: func(d *domain) { d.Restricted = false }, blames: "kyc.Restricted", says: []string{"vault"}},
		"NoQuota":         {reason: "it takes the nodes from money", of: "engagement", domain: func(d *domain) { d.Quota.Pods = 0 }, blames: "engagement.Quota"},
		"SpeaksForNobody": {reason: "no topic has that owner", of: "wallet", domain: func(d *domain) { d.Speaks = append(d.Speaks, "walet") }, blames: "wallet.Speaks", says: []string{`"walet"`, "wallet"}},
		"NeedlessHost":    {reason: "an exception that nothing needs stays open", of: "wallet", domain: func(d *domain) { d.HostNetwork = "speed" }, blames: "wallet.HostNetwork"},
		"Unexplained":     {reason: "an exception that nobody explained", of: "live", domain: func(d *domain) { d.HostNetwork = "" }, blames: "live-edge.Host", says: []string{"restricted", "HostNetwork"}},
		"Empty":           {reason: "rights for nothing", of: "regulator", domain: func(d *domain) { d.Services = nil }, blames: "regulator.Services"},
	})
}

func TestServicesAreRefused(t *testing.T) {
	refuse(t, map[string]refusal{
		"Twice": {reason: "whoever connects to the name reaches either", of: "promo-worker", edit: func(s *service) { s.Name, s.Scaling.Group = "bonus-worker", "bonus-worker" },
			blames: "bonus-worker.Name", says: []string{"a service of engagement and of engagement"}},
		"BadName":    {reason: "no object could have it", of: "ledger-capture", edit: func(s *service) { s.Name = "-x" }, blames: "-x.Name", says: []string{"reporting"}},
		"Why":        {reason: "nobody knows what it is for", of: "login", edit: func(s *service) { s.Does = "" }, blames: "login.Does"},
		"NoSuchTier": {reason: "nothing says what it is worth", of: "ledger-capture", edit: func(s *service) { s.Tier = "gold" }, blames: "ledger-capture.Tier", says: []string{`"gold"`, "[money realtime async batch]"}},
		"NoSuchKind": {reason: "nothing runs it", of: "ledger-capture", edit: func(s *service) { s.Kind, s.Replicas = "ReplicaSet", services.Replicas{} }, blames: "ledger-capture.Kind", says: []string{`"ReplicaSet"`, "StatefulSet"}},
		"NoSuchPool": {reason: "its pods wait for ever", of: "login", edit: func(s *service) { s.Pool = "apii" }, blames: "login.Pool", says: []string{`"apii"`, "[api pii]"}},
		"TiersPool":  {reason: "money on spot", of: "wallet-ledger", edit: func(s *service) { s.Pool = "batch" }, blames: "wallet-ledger.Pool", says: []string{"tier money runs on one of [api pii]"}},
		"VaultOnAPI": {reason: "documents beside what players reach", of: "kyc-api", edit: func(s *service) { s.Pool = "api" }, blames: "kyc-api.Pool", says: []string{"zone vault", "pool pii"}},
		"CoreOnPII":  {reason: "the same, from the other side", of: "gaming-api", edit: func(s *service) { s.Pool = "pii" }, blames: "gaming-api.Pool", says: []string{"zone core"}},
		"Tag":        {reason: "a tag moves", of: "login", edit: func(s *service) { s.Image = "login:latest" }, blames: "login.Image", says: []string{`"login:latest"`, "digest"}},
		"Pauses":     {reason: "the placeholders' image serves nobody", of: "login", edit: func(s *service) { s.Image = services.Pause }, blames: "login.Image"},
		"NoRequest":  {reason: "the scheduler thinks it weighs nothing", of: "ll-hls", edit: func(s *service) { s.CPU.Request = 0 }, blames: "ll-hls.CPU"},
		"LimitBelow": {reason: "Kubernetes refuses it", of: "ll-hls", edit: func(s *service) { s.Memory.Limit = 1 }, blames: "ll-hls.Memory", says: []string{"1024 and limit 1"}},
		"Burstable":  {reason: "a neighbour takes its memory", of: "wallet-ledger", edit: func(s *service) { s.Memory.Limit = 8192 }, blames: "wallet-ledger.Memory", says: []string{"Guaranteed", "4096", "8192"}},
		"HalfACPU":   {reason: "it is throttled in the middle of a bet", of: "wallet-ledger", edit: func(s *service) { s.CPU = services.Amount{Request: 1500, Limit: 1500} }, blames: "wallet-ledger.CPU", says: []string{"1500", "whole CPUs"}},
		"BudgetFull": {reason: "no node with a wallet could be drained", of: "wallet-ledger", edit: func(s *service) { s.Replicas = services.Replicas{Full: 2, Warm: 2} }, blames: "wallet-ledger.Replicas.Full", says: []string{"budget keeps 2", "want at least 3"}},
		"BudgetWarm": {reason: "the standby's nodes could not be drained", of: "cashier-psp", edit: func(s *service) { s.Replicas.Warm = 2 }, blames: "cashier-psp.Replicas.Warm", says: []string{"found 2", "budget keeps 2", "want at least 3"}},
		"NoFloor":    {reason: "it runs nowhere", of: "ledger-capture", edit: func(s *service) { s.Replicas.Warm = 0 }, blames: "ledger-capture.Replicas.Warm", says: []string{"found 0"}},
		"WarmerThan": {reason: "the standby would have more than the market", of: "ll-hls", edit: func(s *service) { s.Replicas.Warm = 4 }, blames: "ll-hls.Replicas.Warm"},
		"Daemons":    {reason: "a number that nothing reads", of: "live-edge", edit: func(s *service) { s.Replicas.Full = 3 }, blames: "live-edge.Replicas"},
		"MoneyScales": {reason: "more wallets on a slow database make it slower", of: "wallet-ledger", edit: func(s *service) {
			s.Scaling, s.Replicas.Most = services.Scaling{Signal: services.Requests, Target: 9}, 9
		}, blames: "wallet-ledger.Scaling.Signal", says: []string{`"requests"`, "tier money"}},
		"CPUAlone":    {reason: "CPU says nothing of what waits", of: "gaming-api", edit: func(s *service) { s.Scaling.Signal = services.CPU }, blames: "gaming-api.Scaling.Signal", says: []string{`"cpu"`, "latency"}},
		"OneOfAKind":  {reason: "a second would fight for the slot", of: "ledger-capture", edit: func(s *service) { s.Scaling, s.Replicas.Most = services.Scaling{Signal: services.CPU, Target: 70}, 3 }, blames: "ledger-capture.Scaling.Signal", says: []string{"StatefulSet", "only a Deployment"}},
		"NoTarget":    {reason: "it never scales, or always", of: "gaming-api", edit: func(s *service) { s.Scaling.Target = 0 }, blames: "gaming-api.Scaling.Target"},
		"MostIsFull":  {reason: "it never scales", of: "gaming-api", edit: func(s *service) { s.Replicas.Most = 3 }, blames: "gaming-api.Replicas.Most"},
		"FixedMost":   {reason: "nothing scales it", of: "login", edit: func(s *service) { s.Replicas.Most = 9 }, blames: "login.Replicas.Most"},
		"FixedTarget": {reason: "a target of nothing", of: "login", edit: func(s *service) { s.Scaling.Target = 9 }, blames: "login.Scaling"},
		"LagUnread":   {reason: "more pods do not shorten it", of: "bonus-worker", edit: func(s *service) { s.Scaling.Topic = "bets.placed" }, blames: "bonus-worker.Scaling.Topic", says: []string{`"bets.placed"`}},
		"LagGroup":    {reason: "its role may not use it", of: "bonus-worker", edit: func(s *service) { s.Scaling.Group = "promo-worker" }, blames: "bonus-worker.Scaling.Group", says: []string{`"bonus-worker"`}},
		"Idle":        {reason: "pods beyond the partitions read nothing", of: "bonus-worker", edit: func(s *service) { s.Replicas.Most = 25 }, blames: "bonus-worker.Replicas.Most", says: []string{"24 partitions"}},
		"TopicOfNone": {reason: "only lag is of a topic", of: "gaming-api", edit: func(s *service) { s.Scaling.Topic = "bets.placed" }, blames: "gaming-api.Scaling"},
		"NoSchedule":  {reason: "it never runs", of: "warehouse-daily", edit: func(s *service) { s.Schedule = nil }, blames: "warehouse-daily.Schedule"},
		"NotByClock":  {reason: "nothing reads it", of: "login", edit: func(s *service) { s.Schedule = &services.Schedule{} }, blames: "login.Schedule"},
		"SixFields":   {reason: "Kubernetes reads five", of: "warehouse-daily", edit: func(s *service) { s.Schedule.Cron = "0 20 1 * * *" }, blames: "warehouse-daily.Schedule.Cron", says: []string{"five fields"}},
		"NoDeadline":  {reason: "one that hangs blocks all that follow", of: "warehouse-daily", edit: func(s *service) { s.Schedule.Deadline = 0 }, blames: "warehouse-daily.Schedule.Deadline"},
		"NoStart":     {reason: "a hundred missed runs stop it for good", of: "warehouse-daily", edit: func(s *service) { s.Schedule.Start = 0 }, blames: "warehouse-daily.Schedule.Start"},
		"TriesOn":     {reason: "the deadline ends it first", of: "warehouse-daily", edit: func(s *service) { s.Schedule.Retries = 99 }, blames: "warehouse-daily.Schedule.Retries"},
		"RunsTwice":   {reason: "both regions would send it", of: "regulator-export", edit: func(s *service) { s.Tier, s.SLO.Availability = services.Async, 99 }, blames: "regulator-export.Tier", says: []string{"standby", "batch"}},
		"NoSLO":       {reason: "nobody knows what it promises", of: "login", edit: func(s *service) { s.SLO.Availability = 0 }, blames: "login.SLO.Availability"},
		"Hundred":     {reason: "nobody keeps it", of: "login", edit: func(s *service) { s.SLO.Availability = 100 }, blames: "login.SLO.Availability"},
		"NoLatency":   {reason: "somebody waits", of: "login", edit: func(s *service) { s.SLO.P95 = 0 }, blames: "login.SLO.P95"},
		"NoDrain":     {reason: "connections are cut", of: "login", edit: func(s *service) { s.Drain = 0 }, blames: "login.Drain"},
		"LongDrain":   {reason: "EKS gives the update up", of: "ws-gateway", edit: func(s *service) { s.Drain = time.Hour }, blames: "ws-gateway.Drain", says: []string{"1h0m0s", "10m0s"}},
		"BadSetting":  {reason: "no environment has it", of: "login", edit: func(s *service) { s.Settings[0].Name = "session idle" }, blames: "login.Settings"},
		"SameSetting": {reason: "one of them is lost", of: "login", edit: func(s *service) { s.Settings[0].Name = s.Settings[1].Name }, blames: "login.Settings", says: []string{"twice"}},
		"NoValue":     {reason: "nobody knows what it is set to", of: "login", edit: func(s *service) { s.Settings[0].Value = "" }, blames: "login.Settings"},
		"Secret":      {reason: "a ConfigMap is read by all who may list", of: "login", edit: func(s *service) { s.Settings[0].Name = "SIGNING_SECRET" }, blames: "login.Settings", says: []string{"Credentials"}},
	})
}

// TestProblemsComeTogether wants every mistake said at once.
func TestProblemsComeTogether(t *testing.T) {
	all := services.Domains()
	all[0].Owner = ""
	all[1].Zone = stores.Vault // it is neither restricted nor on the vault's pool
	all[2].Services[0].Image = ""
	all[8].Services[0].Replicas = services.Replicas{}
	all[9].Zone = "outer" // nothing may be reached from there
	err := services.Check(all)
	var problems *component.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("error is %v", err)
	}
	for _, field := range []string{"wallet.Owner", "login.Restricted", "login.Pool", "gaming-api.Image", "ledger-capture.Replicas.Full", "regulator.Zone", "regulator-export.Connections"} {
		if !problems.Blames(field) {
			t.Errorf("nothing of %s in:\n%v", field, err)
		}
	}
}

// blamed wants an edit to be refused for one thing among others.
func blamed(t *testing.T, field, says, of string, edit func(*services.Service)) {
	t.Helper()
	all := services.Domains()
	for i := range all {
		for k := range all[i].Services {
			if all[i].Services[k].Name == of {
				edit(&all[i].Services[k])
			}
		}
	}
	err := services.Check(all)
	var problems *component.Problems
	if !errors.As(err, &problems) || !problems.Blames(field) || !strings.Contains(err.Error(), says) {
		t.Errorf("error is %v, want it to blame %s and say %q", err, field, says)
	}
}
