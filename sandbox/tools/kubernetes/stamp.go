package main

import (
	_ "unsafe" // for go:linkname

	kubeversion "k8s.io/component-base/version"
)

// gitVersion is what Kubernetes' own builds set with the linker's -X. Here the
// version depends on the cluster, so it is set when a part starts.
//
//go:linkname gitVersion k8s.io/component-base/version.gitVersion
var gitVersion string

// stampVersion makes this process report v as its version. What the version can
// do is not decided by it, but by --emulated-version.
func stampVersion(v string) {
	gitVersion = v
	if err := kubeversion.SetDynamicVersion(v); err != nil {
		panic(err) // only for a version that is not semantic: see reportedVersion
	}
}
