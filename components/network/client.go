package network

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Client is who may connect to something in the network, and why.
type Client struct {
	// GroupID is the security group that the client carries. Required.
	GroupID pulumi.StringInput
	// Reason is the rule's description: an opening without one is not made. Required.
	Reason string
}
