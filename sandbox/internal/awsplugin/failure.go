package awsplugin

import (
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"pitboss/sandbox/internal/client"
	"pitboss/sandbox/internal/cloud"
)

// asFailure keeps the bridge's status code and words, but for the secrets in
// from: an error is shown on screens and kept in logs.
func asFailure(verb string, t target, err error, from ...*structpb.Struct) error {
	if s, ok := status.FromError(err); ok {
		return status.Error(s.Code(), scrubbed(s.Message(), from...))
	}
	if client.IsNotFound(err) {
		return status.Errorf(codes.NotFound, "%s %s: it does not exist any more; run `pitboss up --refresh` to see what else has changed", verb, t.tfType)
	}
	return status.Error(codes.Unknown, scrubbed(fmt.Sprintf("%s %s: %s", verb, t.tfType, err), from...))
}

// scrubbed is text without the secrets that are among the properties. Terraform's
// provider quotes the values that it refuses.
func scrubbed(text string, from ...*structpb.Struct) string {
	for _, s := range from {
		for _, secret := range cloud.Secrets(s.AsMap()) {
			text = strings.ReplaceAll(text, secret, cloud.Hidden)
		}
	}
	return text
}
