package toolchain

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// ProviderSource is Terraform's AWS provider in a filesystem mirror's layout,
// as Terraform's documentation of provider installation describes it.
const providerSource = "registry.terraform.io/hashicorp/aws"

// ProviderNotFoundError says where Terraform's AWS provider was looked for.
type ProviderNotFoundError struct {
	Version string
	Looked  []string
}

func (e *ProviderNotFoundError) Error() string {
	return fmt.Sprintf("Terraform's AWS provider %s was not found. Looked for %s/%s/%s_%s/ in:\n  %s\n"+
		"Put it into one of these (on a machine with a network: `terraform providers mirror <folder>`), or set PITBOSS_TERRAFORM_PROVIDER to its file",
		e.Version, providerSource, e.Version, runtime.GOOS, runtime.GOARCH, strings.Join(e.Looked, "\n  "))
}

// FindProvider looks for Terraform's AWS provider where Terraform itself does:
// the mirrors of its CLI configuration, then every usual filesystem mirror.
// PITBOSS_TERRAFORM_PROVIDER names the file outright.
func FindProvider(version string) (string, error) {
	if p := os.Getenv("PITBOSS_TERRAFORM_PROVIDER"); p != "" {
		if _, err := os.Stat(p); err != nil {
			return "", fmt.Errorf("PITBOSS_TERRAFORM_PROVIDER: %w", err)
		}
		return p, nil
	}
	mirrors := mirrors()
	for _, m := range mirrors {
		dir := filepath.Join(m, providerSource, version, runtime.GOOS+"_"+runtime.GOARCH)
		found, err := filepath.Glob(filepath.Join(dir, "terraform-provider-aws*"))
		if err != nil {
			return "", err
		}
		if len(found) > 0 {
			return found[0], nil
		}
	}
	return "", &ProviderNotFoundError{Version: version, Looked: mirrors}
}

func mirrors() []string {
	var out []string
	home, err := os.UserHomeDir()
	config := os.Getenv("TF_CLI_CONFIG_FILE")
	if config == "" && err == nil {
		config = filepath.Join(home, ".terraformrc")
	}
	out = append(out, configuredMirrors(config)...)
	if err == nil {
		out = append(out, filepath.Join(home, ".terraform.d", "plugins"))
		data := os.Getenv("XDG_DATA_HOME")
		if data == "" {
			data = filepath.Join(home, ".local", "share")
		}
		out = append(out, filepath.Join(data, "terraform", "plugins"))
	}
	out = append(out, "/usr/share/terraform/plugins", "/usr/local/share/terraform/plugins")
	opt, err := filepath.Glob("/opt/*")
	if err != nil {
		return out
	}
	return append(out, opt...)
}

var mirrorPath = regexp.MustCompile(`(?sm)^\s*filesystem_mirror\s*\{[^}]*?path\s*=\s*"([^"]+)"`)

// configuredMirrors reads the filesystem mirrors of Terraform's CLI
// configuration. A file that cannot be read names none.
func configuredMirrors(file string) []string {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var out []string
	for _, m := range mirrorPath.FindAllStringSubmatch(string(data), -1) {
		out = append(out, m[1])
	}
	return out
}
