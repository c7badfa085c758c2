// Package kube runs the Kubernetes control planes behind the sandbox's simulated
// EKS clusters, and turns node groups into simulated nodes of the true size.
//
// A cluster is a pitboss-kube process (sandbox/tools/kubernetes) with a folder of
// its own. It outlives the program that started it: Start adopts one that is
// running, brings back one that is not, and replaces one that no longer answers.
//
// Only sandboxd imports it.
package kube
