//go:build tools

// Package tools pins Pulumi's dynamic Terraform bridge that the sandbox builds.
package tools

import _ "github.com/pulumi/pulumi-terraform-bridge/v3/dynamic"
