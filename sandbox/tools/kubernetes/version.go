package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// minors are the versions that kube-apiserver 1.36 can emulate: itself and the
// three before it.
var minors = []string{"1.33", "1.34", "1.35", "1.36"}

// versionEnv hands the reported version to the parts.
const versionEnv = "PITBOSS_KUBE_VERSION"

func supportedVersions() string { return strings.Join(minors, ", ") }

func checkVersion(minor string) error {
	if slices.Contains(minors, minor) {
		return nil
	}
	return fmt.Errorf("--version %q: this control plane serves %s; choose one of them", minor, supportedVersions())
}

// reportedVersion is what /version shows for a minor version, in EKS's form.
func reportedVersion(minor string) string { return "v" + minor + ".0-eks-pitboss" }

// presentVersion makes /version show the emulated release instead of that of an
// unstamped build.
func presentVersion() {
	if v := os.Getenv(versionEnv); v != "" {
		stampVersion(v)
	}
}
