package secrets_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/components/secrets"
	"pitboss/components/services"
	"pitboss/components/stores"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
)

func valid(t *testing.T) secrets.Args {
	keys := map[keyring.Class]keyring.Pair{}
	for _, class := range keyring.Classes() {
		keys[class] = keyring.Pair{Home: pulumi.String(class + "-home"), Standby: pulumi.String(class + "-standby")}
	}
	return secrets.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Home:   componenttest.Region(t, "eu-south-1"), Standby: componenttest.Region(t, "eu-central-1"),
		Keys: keys, Consumers: stores.Consumers(),
		Credentials: []services.Credential{{Name: "psp", Class: keyring.Payments, Why: "what payment providers gave us"}},
	}
}

func TestArgs(t *testing.T) {
	pair := func(class keyring.Class, edit func(*keyring.Pair)) func(*secrets.Args) {
		return func(a *secrets.Args) {
			a.Keys = maps.Clone(a.Keys)
			one := a.Keys[class]
			edit(&one)
			a.Keys[class] = one
		}
	}
	consumer := func(name string, edit func(*stores.Consumer)) func(*secrets.Args) {
		return func(a *secrets.Args) {
			a.Consumers = slices.Clone(a.Consumers)
			i := slices.IndexFunc(a.Consumers, func(c stores.Consumer) bool { return c.Name == name })
			edit(&a.Consumers[i])
		}
	}
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[secrets.Args]{
		"Valid":        {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*secrets.Args) {}},
		"NoMarket":     {Reason: "two markets would share a secret", Edit: func(a *secrets.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"NoHome":       {Reason: "secrets are made there", Edit: func(a *secrets.Args) { a.Home = regions.Region{} }, Blames: "Home"},
		"NoStandby":    {Reason: "a recovery reads there", Edit: func(a *secrets.Args) { a.Standby = regions.Region{} }, Blames: "Standby"},
		"Same":         {Reason: "a replica is elsewhere", Edit: func(a *secrets.Args) { a.Standby = a.Home }, Blames: "Standby"},
		"Nobody":       {Reason: "nothing would be made", Edit: func(a *secrets.Args) { a.Consumers = nil }, Blames: "Consumers"},
		"NoHomeKey":    {Reason: "AWS's own key would do, which every class shares", Edit: pair(keyring.PII, func(p *keyring.Pair) { p.Home = nil }), Blames: "Keys"},
		"NoStandbyKey": {Reason: "the same, in the standby region", Edit: pair(keyring.Ledger, func(p *keyring.Pair) { p.Standby = nil }), Blames: "Keys"},
		"UnusedKey":    {Reason: "no consumer reads the audit trail", Edit: pair(keyring.Audit, func(p *keyring.Pair) { *p = keyring.Pair{} })},
		"WrongClass":   {Reason: "the secret would be readable with another class's key", Edit: consumer("kyc", func(c *stores.Consumer) { c.Class = keyring.Data }), Blames: "Consumers"},
		"Taken":        {Reason: "a consumer and a credential would share an entry", Edit: func(a *secrets.Args) { a.Credentials = []services.Credential{{Name: "wallet", Class: keyring.Ledger}} }, Blames: "Credentials[0]"},
		"Nameless":     {Reason: "an entry without a name is found by nobody", Edit: func(a *secrets.Args) { a.Credentials = []services.Credential{{Class: keyring.Data}} }, Blames: "Credentials[0]"},
		"NoClass":      {Reason: "AWS's own key would open it", Edit: func(a *secrets.Args) { a.Credentials = []services.Credential{{Name: "psp"}} }, Blames: "Keys"},
		"AtTheWriter":  {Reason: "a report takes wallets down", Edit: consumer("ledger-reporting", func(c *stores.Consumer) { c.Endpoint = stores.Writer }), Blames: "Consumers"},
	})
}

// made runs New and gives back what is published.
func made(args secrets.Args) record.Program {
	return func(ctx *pulumi.Context) (pulumi.Map, error) {
		s, err := secrets.New(ctx, "secrets", args)
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"arns": s.ARNs(), "passwords": s.Passwords()}, nil
	}
}

// TestOneSecretAConsumer wants each under its class's key in both regions, kept for good.
func TestOneSecretAConsumer(t *testing.T) {
	args := valid(t)
	r := componenttest.Record(t, made(args))
	for _, c := range args.Consumers {
		secret, ok := r.Named("secrets-" + c.Name)
		if !ok || secret.Text("name") != "pitboss/mt/"+c.Name || secret.Text("kmsKeyId") != string(c.Class)+"-home" || secret.Get("recoveryWindowInDays") != 30.0 {
			t.Errorf("%s: the secret is %v", c.Name, secret.Inputs)
		}
		if secret.Text("replicas", 0, "region") != "eu-central-1" || secret.Text("replicas", 0, "kmsKeyId") != string(c.Class)+"-standby" {
			t.Errorf("%s: the replica is %v", c.Name, secret.Get("replicas"))
		}
		if !slices.Equal(secret.IgnoreChanges, []string{"replicas"}) {
			t.Errorf("%s ignores %v: what a recovery has cut loose would be tied again", c.Name, secret.IgnoreChanges)
		}
		for _, name := range []string{"", "-password", "-version"} {
			if one, ok := r.Named("secrets-" + c.Name + name); !ok || !one.Protect || !one.Retain {
				t.Errorf("secrets-%s%s: protect %t, retain on delete %t, want both", c.Name, name, one.Protect, one.Retain)
			}
		}
	}
	if got, want := len(r.Type("secretsmanager/secret:Secret")), len(args.Consumers)+len(args.Credentials); got != want {
		t.Errorf("%d secrets, want %d", got, want)
	}
}

// TestCredentialsAreNotMadeUp wants the entry of what an outside party gave us, kept and
// under its class's key, without a value: one that was made up would be tried.
func TestCredentialsAreNotMadeUp(t *testing.T) {
	r := componenttest.Record(t, made(valid(t)))
	entry, ok := r.Named("secrets-psp")
	if !ok || entry.Text("kmsKeyId") != "payments-home" || entry.Text("replicas", 0, "kmsKeyId") != "payments-standby" || !entry.Protect || !entry.Retain {
		t.Errorf("the entry is %+v", entry)
	}
	for _, name := range []string{"secrets-psp-password", "secrets-psp-version"} {
		if _, made := r.Named(name); made {
			t.Errorf("%s was made: nobody knows that password but us", name)
		}
	}
	if arns := r.Outputs["arns"].(map[string]any); arns["psp"] != "arn:aws:recorded:::secrets-psp" {
		t.Errorf("its ARN is published as %v", arns["psp"])
	}
}

// TestOnlyWhoIsToldIsPublished wants every ARN, and of the passwords only those that AWS
// is told.
func TestOnlyWhoIsToldIsPublished(t *testing.T) {
	out := componenttest.Record(t, made(valid(t))).Outputs
	arns, passwords := out["arns"].(map[string]any), out["passwords"].(map[string]any)
	for _, c := range stores.Consumers() {
		if arns[c.Name] != "arn:aws:recorded:::secrets-"+c.Name {
			t.Errorf("the ARN of %s is published as %v", c.Name, arns[c.Name])
		}
		if _, told := passwords[c.Name]; told != c.Told {
			t.Errorf("the password of %s is published: %t, want %t", c.Name, told, c.Told)
		}
	}
}

// cloud answers as AWS and the random provider would, and keeps every input as it came:
// marked as secret, or not.
type cloud struct {
	mu     sync.Mutex
	inputs map[string]resource.PropertyMap
}

const password = "Correct7HorseBatteryStaple"

func (c *cloud) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

func (c *cloud) NewResource(a pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inputs[a.Name] = a.Inputs
	out := a.Inputs.Copy()
	switch { // plain, both: the component must trust neither
	case strings.HasSuffix(a.TypeToken, ":RandomPassword"):
		out["result"] = resource.NewProperty(password)
	case strings.HasSuffix(a.TypeToken, ":StackReference"):
		out["outputs"] = resource.NewProperty(resource.PropertyMap{"passwords": resource.NewProperty(resource.PropertyMap{"sessions": resource.NewProperty(password)})})
	}
	return a.Name + "-id", out, nil
}

// TestPasswordsAreNeverPlain runs with a provider that marks nothing, and wants a password
// in no input and no output but as a secret.
func TestPasswordsAreNeverPlain(t *testing.T) {
	c := &cloud{inputs: map[string]resource.PropertyMap{}}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		out, err := made(valid(t))(ctx)
		if err != nil {
			return err
		}
		ref, err := pulumi.NewStackReference(ctx, "f", nil)
		if err != nil {
			return err
		}
		published := ref.GetOutput(pulumi.String("passwords"))
		read := secrets.Read("f", published, published)
		return ctx.RegisterComponentResourceV2("test:index:Outputs", "outputs", pulumi.Map{
			"passwords": out["passwords"], "one": read.Password("sessions"),
		}, &pulumi.ResourceState{})
	}, pulumi.WithMocks("pitboss", "s", c))
	if err != nil {
		t.Fatal(err)
	}
	hidden := 0
	for name, inputs := range c.inputs {
		if strings.Contains(text(resource.NewProperty(inputs), false), password) {
			t.Errorf("%s shows the password", name)
		}
		if strings.Contains(text(resource.NewProperty(inputs), true), password) {
			hidden++
		}
	}
	if want := len(stores.Consumers()) + 1; hidden != want {
		t.Errorf("%d resources have a password, want %d: this test looks at nothing", hidden, want)
	}
	version := text(c.inputs["secrets-wallet-version"]["secretString"], true)
	if version != `{"username":"wallet","password":"`+password+`"} ` {
		t.Errorf("the document is %s", version)
	}
}

// text is every string in v, those that are secret only if asked for.
func text(v resource.PropertyValue, secret bool) string {
	var out string
	switch {
	case v.IsSecret():
		if secret {
			return text(v.SecretValue().Element, secret)
		}
	case v.IsOutput():
		if secret || !v.OutputValue().Secret {
			return text(v.OutputValue().Element, secret)
		}
	case v.IsString():
		return v.StringValue() + " "
	case v.IsArray():
		for _, one := range v.ArrayValue() {
			out += text(one, secret)
		}
	case v.IsObject():
		for _, one := range v.ObjectValue() {
			out += text(one, secret)
		}
	}
	return out
}

// TestPasswordsAreAcceptable wants no sign that a service refuses, and the length that all
// take (RDS 8 to 128 for PostgreSQL, ElastiCache 16 to 128).
func TestPasswordsAreAcceptable(t *testing.T) {
	for _, p := range componenttest.Record(t, made(valid(t))).Type("RandomPassword") {
		length, _ := p.Get("length").(float64)
		if length < 32 || length > 128 || p.Get("special") != false || p.Get("overrideSpecial") != nil {
			t.Errorf("%s is %v", p.Name, p.Inputs)
		}
	}
}

// TestPublishedIsOfItsRegion wants the replica's ARN where the replica is, and a clear
// error for who is not there.
func TestPublishedIsOfItsRegion(t *testing.T) {
	const arn = "arn:aws:secretsmanager:eu-south-1:111122223333:secret:pitboss/mt/wallet-AbC:dEf"
	read := func(consumer, region string) (string, error) {
		r, err := record.Run(record.Options{Stack: "s"}, func(ctx *pulumi.Context) (pulumi.Map, error) {
			p := secrets.Read("f", pulumi.Any(map[string]any{"wallet": arn, "odd": "x"}), pulumi.Any(map[string]any{"ledger-master": password}))
			return pulumi.Map{"arn": p.ARN(consumer, componenttest.Region(t, region)), "password": p.Password("ledger-master")}, nil
		})
		if err == nil && r.Outputs["password"] != password {
			t.Errorf("the password is %v", r.Outputs["password"])
		}
		got, _ := r.Outputs["arn"].(string)
		return got, err
	}
	for _, where := range []string{"eu-south-1", "eu-central-1"} {
		if got, err := read("wallet", where); err != nil || got != strings.Replace(arn, "eu-south-1", where, 1) {
			t.Errorf("in %s: %s, %v", where, got, err)
		}
	}
	if _, err := read("walet", "eu-south-1"); err == nil || !strings.Contains(err.Error(), "stack f has no output [walet]") {
		t.Errorf("nobody: error is %v", err)
	}
	if _, err := read("odd", "eu-south-1"); err == nil || !strings.Contains(err.Error(), `"x" is no ARN`) {
		t.Errorf("no ARN: error is %v", err)
	}
}
