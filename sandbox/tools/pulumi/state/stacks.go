package main

import (
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

const (
	projectPath = "/api/stacks/" + organization + "/{project}"
	stackPath   = projectPath + "/{stack}"
)

// stacks answers for stacks, their states, histories and secrets.
func (v *service) stacks() {
	handle(v, "GET /api/user/stacks", v.list)
	handle(v, "HEAD "+projectPath, func(r *http.Request, _ nothing) (any, error) {
		if len(v.store.names(r.PathValue("project"))) == 0 {
			return nil, refuse(404, "Not Found: there is no project %s", r.PathValue("project"))
		}
		return nil, nil
	})
	handle(v, "POST "+projectPath, func(r *http.Request, asked apitype.CreateStackRequest) (any, error) {
		name := stackName{r.PathValue("project"), asked.StackName}
		return apitype.CreateStackResponse{}, v.store.create(name, asked.Tags, asked.State)
	})
	handle(v, "GET "+stackPath, v.describe)
	handle(v, "DELETE "+stackPath, func(r *http.Request, _ nothing) (any, error) {
		return nil, v.store.remove(named(r), r.URL.Query().Get("force") == "true")
	})
	handle(v, "PATCH "+stackPath+"/tags", func(r *http.Request, tags map[string]string) (any, error) {
		return nil, v.with(r, func(s *stack) error {
			s.Tags = tags
			return s.save()
		})
	})
	handle(v, "GET "+stackPath+"/export", func(r *http.Request, _ nothing) (any, error) {
		var state apitype.UntypedDeployment
		err := v.with(r, func(s *stack) (err error) {
			state, err = s.current()
			return err
		})
		return apitype.ExportStackResponse(state), err
	})
	handle(v, "POST "+stackPath+"/import", func(r *http.Request, state apitype.UntypedDeployment) (any, error) {
		id := uuid.NewString()
		return apitype.ImportStackResponse{UpdateID: id}, v.with(r, func(s *stack) error { return s.replace(id, state, time.Now()) })
	})
	handle(v, "GET "+stackPath+"/updates", v.history)
	v.secrets()
}

// with calls do with the request's stack, locked.
func (v *service) with(r *http.Request, do func(*stack) error) error {
	s, err := v.store.stack(named(r))
	if err != nil {
		return err
	}
	defer s.mu.Unlock()
	return do(s)
}

func (v *service) list(r *http.Request, _ nothing) (any, error) {
	out := apitype.ListStacksResponse{Stacks: []apitype.StackSummary{}}
	for _, name := range v.store.names(r.URL.Query().Get("project")) {
		s, err := v.store.stack(name)
		if err != nil {
			continue // removed meanwhile
		}
		sum := apitype.StackSummary{OrgName: organization, ProjectName: name.project, StackName: name.stack}
		n, err := s.resources()
		if s.Started > 0 {
			sum.ResourceCount, sum.LastUpdate = &n, &s.Started
		}
		if s.running != nil { // how the CLI is told of an update in progress
			sum.LastUpdate = new(int64)
		}
		s.mu.Unlock()
		if err != nil {
			return nil, err
		}
		out.Stacks = append(out.Stacks, sum)
	}
	return out, nil
}

func (v *service) describe(r *http.Request, _ nothing) (any, error) {
	name := named(r)
	var out apitype.Stack
	err := v.with(r, func(s *stack) error {
		out = apitype.Stack{
			ID: name.String(), OrgName: organization, ProjectName: name.project, StackName: tokens.QName(name.stack),
			Tags: maps.Clone(s.Tags), Version: s.Version, ActiveUpdate: s.Last,
		}
		if u := s.running; u != nil {
			out.ActiveUpdate = u.ID
			out.CurrentOperation = &apitype.OperationStatus{Kind: u.Kind, Author: u.Holder.User, Started: u.StartedAt.Unix()}
		}
		return nil
	})
	return out, err
}

func (v *service) history(r *http.Request, _ nothing) (any, error) {
	var all []apitype.UpdateInfo
	err := v.with(r, func(s *stack) (err error) {
		all, err = s.history()
		return err
	})
	if err != nil {
		return nil, err
	}
	size, page := number(r, "pageSize", len(all)), number(r, "page", 1)
	from := min((max(page, 1)-1)*size, len(all))
	return apitype.GetHistoryResponse{Updates: all[from:min(from+size, len(all))]}, nil
}

func number(r *http.Request, key string, otherwise int) int {
	n, err := strconv.Atoi(r.URL.Query().Get(key))
	if err != nil || n < 0 {
		return otherwise
	}
	return n
}
