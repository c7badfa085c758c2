package component_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/internal/record"
)

// thing is the smallest component.
type thing struct{ pulumi.ResourceState }

// child is the smallest resource.
type child struct{ pulumi.CustomResourceState }

type childArgs struct{ Text pulumi.StringInput }

func newChild(ctx *pulumi.Context, name string, args *childArgs, opts ...pulumi.ResourceOption) (*child, error) {
	c := &child{}
	return c, ctx.RegisterResource("test:index:Child", name, pulumi.Map{"text": args.Text}, c, opts...)
}

type thingArgs struct{ problem string }

func (a thingArgs) Validate() error {
	p := component.Problems{Of: "thingArgs"}
	p.Check(a.problem == "", "First", "is %s", a.problem)
	p.Check(a.problem == "", "Second", "is %s too", a.problem)
	return p.Err()
}

func newThing(ctx *pulumi.Context, name string, args thingArgs, text pulumi.StringInput, opts ...pulumi.ResourceOption) error {
	c := &thing{}
	s, err := component.Open(ctx, "test:index:Thing", name, c, args, pulumi.Map{"plain": pulumi.String("yes")}, opts)
	if err != nil {
		return err
	}
	_, err = component.Create(s, "child", newChild, &childArgs{Text: text}, component.Stateful())
	if err != nil {
		return err
	}
	return s.Publish(c, pulumi.Map{})
}

func TestChildrenBelongToTheirComponent(t *testing.T) {
	r, err := record.Run(record.Options{Stack: "s"}, func(ctx *pulumi.Context) (pulumi.Map, error) {
		return nil, newThing(ctx, "one", thingArgs{}, pulumi.String("x"))
	})
	if err != nil {
		t.Fatal(err)
	}
	c, ok := r.Named("one-child")
	if !ok || !strings.HasSuffix(c.Parent, "test:index:Thing::one") {
		t.Errorf("child is %+v, want it under one", c)
	}
	if !c.Protect || !c.Retain {
		t.Errorf("stateful child has protect %t and retain %t", c.Protect, c.Retain)
	}
	if got := r.Type("Thing")[0].Text("plain"); got != "yes" {
		t.Errorf("the component was registered with plain %q", got)
	}
}

func TestProblemsComeTogetherAndFirst(t *testing.T) {
	r, err := record.Run(record.Options{Stack: "s"}, func(ctx *pulumi.Context) (pulumi.Map, error) {
		return nil, newThing(ctx, "one", thingArgs{problem: "wrong"}, pulumi.String("x"))
	})
	if err == nil || !strings.Contains(err.Error(), "one: thingArgs.First: is wrong\nthingArgs.Second: is wrong too") {
		t.Errorf("error is %v, want both problems with their fields", err)
	}
	if len(r.Resources) != 0 {
		t.Errorf("%d resources were registered before the arguments were judged", len(r.Resources))
	}
}

func TestRecorderRefusesWhatAnEngineWould(t *testing.T) {
	cases := map[string]struct {
		reason  string
		program record.Program
		want    string
	}{
		"Duplicate": {"two resources with one URN are one resource", func(ctx *pulumi.Context) (pulumi.Map, error) {
			if err := newThing(ctx, "one", thingArgs{}, pulumi.String("x")); err != nil {
				return nil, err
			}
			return nil, newThing(ctx, "one", thingArgs{}, pulumi.String("y"))
		}, "two resources have the URN"},
		"Lookup": {"the program asks the cloud nothing", func(ctx *pulumi.Context) (pulumi.Map, error) {
			var out struct{}
			_ = ctx.Invoke("aws:index/getCallerIdentity:getCallerIdentity", nil, &out)
			return nil, nil
		}, "cloud lookup aws:index/getCallerIdentity"},
		"UnknownStack": {"a stack that nobody described cannot be read", func(ctx *pulumi.Context) (pulumi.Map, error) {
			ref, err := pulumi.NewStackReference(ctx, "organization/pitboss/nowhere", nil)
			if err != nil {
				return nil, err
			}
			return pulumi.Map{"x": ref.GetOutput(pulumi.String("x"))}, nil
		}, "no such stack"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := record.Run(record.Options{Stack: "s"}, c.program)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want %q: %s", err, c.want, c.reason)
			}
		})
	}
}

// TestJSONWaitsInAPreview shows that a document with a hole is unknown, not wrong.
func TestJSONWaitsInAPreview(t *testing.T) {
	program := func(ctx *pulumi.Context) (pulumi.Map, error) {
		c, err := newChild(ctx, "source", &childArgs{Text: pulumi.String("x")})
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"doc": component.JSON(pulumi.StringArray{c.ID()}, func(refs []string) any { return refs })}, nil
	}
	for _, preview := range []bool{true, false} {
		r, err := record.Run(record.Options{Stack: "s", Preview: preview}, program)
		if err != nil {
			t.Fatal(err)
		}
		var want any = `["source-id"]`
		if preview {
			want = nil
		}
		if r.Outputs["doc"] != want {
			t.Errorf("preview %t: document is %v, want %v", preview, r.Outputs["doc"], want)
		}
	}
}

func TestPickSaysWhatIsMissing(t *testing.T) {
	given := map[string]map[string]any{"organization/pitboss/f": {"keys": map[string]any{"data": map[string]any{"here": "arn"}}}}
	pick := func(path ...string) (any, error) {
		r, err := record.Run(record.Options{Stack: "s", Stacks: given}, func(ctx *pulumi.Context) (pulumi.Map, error) {
			ref, err := pulumi.NewStackReference(ctx, "organization/pitboss/f", nil)
			if err != nil {
				return nil, err
			}
			return pulumi.Map{"got": component.Pick("f", ref.GetOutput(pulumi.String("keys")), path...)}, nil
		})
		return r.Outputs["got"], err
	}
	if got, err := pick("data", "here"); err != nil || got != "arn" {
		t.Errorf("got %v, %v, want arn", got, err)
	}
	for reason, path := range map[string][]string{
		"a class that the foundation does not have yet": {"audit", "here"},
		"a region that it is not in":                    {"data", "there"},
		"something that is not a string":                {"data"},
	} {
		if _, err := pick(path...); err == nil || !strings.Contains(err.Error(), "stack f") {
			t.Errorf("%s: error is %v, want it to name the stack", reason, err)
		}
	}
}

// TestChecksum wants it to change with the data and with nothing else, and to wait for what
// is not known yet.
func TestChecksum(t *testing.T) {
	of := func(preview bool, data pulumi.StringMap) any {
		r, err := record.Run(record.Options{Stack: "s", Preview: preview}, func(ctx *pulumi.Context) (pulumi.Map, error) {
			c, err := newChild(ctx, "source", &childArgs{Text: pulumi.String("x")})
			data["id"] = c.ID()
			return pulumi.Map{"sum": component.Checksum(data)}, err
		})
		if err != nil {
			t.Fatal(err)
		}
		return r.Outputs["sum"]
	}
	one := of(false, pulumi.StringMap{"a": pulumi.String("b"), "c": pulumi.String("d")})
	if one == nil || one != of(false, pulumi.StringMap{"c": pulumi.String("d"), "a": pulumi.String("b")}) {
		t.Errorf("the checksum of the same data is %v and another", one)
	}
	if one == of(false, pulumi.StringMap{"a": pulumi.String("bc"), "c": pulumi.String("d")}) {
		t.Error("other data has the same checksum")
	}
	if got := of(true, pulumi.StringMap{}); got != nil {
		t.Errorf("in a preview it is %v, before its data is known", got)
	}
}
