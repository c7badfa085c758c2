package market

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckStackFiles(t *testing.T) {
	const file = "stacks/Pulumi.mt-eu-south-1.yaml"
	valid := "config:\n  aws:region: eu-south-1\n  pitboss:market: mt\n  pitboss:kind: region\n"
	cases := map[string]struct {
		reason, content string // content "" means that the file is missing
		path            string // the key blamed, "-" when all is well
		says            string
	}{
		"Valid":       {"the baseline must pass or the rest proves nothing", valid, "-", ""},
		"Salt":        {"the engine adds its own keys when it makes a stack", valid + "encryptionsalt: v1:abc\n", "-", ""},
		"Engine":      {"the engine's own settings are not ours to judge", valid + "  pulumi:disable-default-providers: ['*']\n", "-", ""},
		"Missing":     {"the error holds the lines to write", "", "", "pitboss:kind: region"},
		"WrongRegion": {"a stack of Milan may not run in Frankfurt", strings.Replace(valid, "eu-south-1", "eu-central-1", 1), "config.aws:region", `"eu-south-1", as the market file says`},
		"WrongMarket": {"nor of another market", strings.Replace(valid, "market: mt", "market: gb", 1), "config.pitboss:market", `"mt"`},
		"WrongKind":   {"nor be of another kind", strings.Replace(valid, "kind: region", "kind: foundation", 1), "config.pitboss:kind", `"region"`},
		"NoRegion":    {"the provider would take any", strings.Replace(valid, "  aws:region: eu-south-1\n", "", 1), "config.aws:region", "add the key config.aws:region"},
		"Misspelt":    {"the nearest key is named", strings.Replace(valid, "pitboss:kind", "pitboss:kin", 1), "config.pitboss:kin", `did you mean "pitboss:kind"?`},
		"Profile":     {"explicit providers never read it, so it would do nothing", valid + "  aws:profile: prod\n", "config.aws:profile", "aws:region, pitboss:market, pitboss:kind"},
		"Protection":  {"only `pitboss down` takes protection off, for as long as it runs", valid + "  pitboss:deletionProtection: off\n", "config.pitboss:deletionProtection", "aws:region, pitboss:market, pitboss:kind"},
		"NoConfig":    {"an empty file configures nothing", "encryptionsalt: v1:abc\n", "config", "add the key config"},
		"ConfigText":  {"config is a mapping", "config: mt\n", "config", "write it as a mapping"},
		"Other":       {"a key that Pulumi does not know", valid + "confg: {}\n", "confg", `did you mean "config"?`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := project(t, nil)
			m, err := Load(dir, "mt")
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, file, c.content)
			if c.content == "" {
				if err := os.Remove(filepath.Join(dir, file)); err != nil {
					t.Fatal(err)
				}
			}
			err = m.CheckStackFiles(dir)
			if c.path == "-" {
				if err != nil {
					t.Errorf("refused: %v: %s", err, c.reason)
				}
				return
			}
			for _, p := range problemsOf(t, err) {
				if p.File == file && p.Path == c.path && strings.Contains(p.Error(), c.says) {
					return
				}
			}
			t.Errorf("%v\ndoes not say %q at %q: %s", err, c.says, c.path, c.reason)
		})
	}
}
