package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// thingFlags say what was built: by its fingerprint, or by where it is. At most one
// of them is given.
type thingFlags struct {
	fingerprint, file, dir, image string
	excludes                      []string
}

func (f *thingFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.fingerprint, "fingerprint", "", "`SHA-256` of the artifact")
	flags.StringVar(&f.file, "file", "", "the artifact is this `file`")
	flags.StringVar(&f.dir, "dir", "", "the artifact is this `directory`")
	flags.StringVar(&f.image, "image", "", "the artifact is this image: `reference` of a registry, or oci-layout:PATH and its like")
	addExclude(cmd, &f.excludes)
	cmd.MarkFlagsMutuallyExclusive("fingerprint", "file", "dir", "image")
}

func addExclude(cmd *cobra.Command, excludes *[]string) {
	excludeFlag(cmd, excludes, "leave out of a directory what matches this `glob` (may be repeated)")
}

// excludeFlag is --exclude of what the usage says. Patterns may have commas in them.
func excludeFlag(cmd *cobra.Command, excludes *[]string, usage string) {
	cmd.Flags().StringArrayVar(excludes, "exclude", nil, usage)
	completeWith(cmd, "exclude", nil)
}

// given reports whether one of the flags says which artifact.
func (f *thingFlags) given() bool {
	return f.fingerprint != "" || f.file != "" || f.dir != "" || f.image != ""
}

// flagOf is the flag that says of what type an artifact is.
func flagOf(kind string) string {
	if slices.Contains(archiveTypes, kind) {
		return "--image " + kind + ":PATH"
	}
	return "--" + kind
}

// find returns the artifact that the flags say.
func (f *thingFlags) find(ctx context.Context) (*thing, error) {
	switch {
	case f.fingerprint != "" && len(f.excludes) > 0:
		return nil, usageErrorf("--exclude leaves something out of a directory, and a fingerprint is none")
	case f.fingerprint != "":
		return &thing{digest: f.fingerprint}, nil
	case f.file != "":
		return identify(ctx, typeFile, f.file, f.excludes)
	case f.dir != "":
		return identify(ctx, typeDir, f.dir, f.excludes)
	default:
		kind := typeImage
		if source, _, ok := strings.Cut(f.image, ":"); ok && slices.Contains(archiveTypes, source) {
			kind = source
		}
		return identify(ctx, kind, f.image, f.excludes)
	}
}

// typeFlag is --type: what a thing is, if its name does not tell.
type typeFlag struct {
	value string
}

func (f *typeFlag) String() string { return f.value }

// Set takes one of the types, or another word for it.
func (f *typeFlag) Set(value string) error {
	switch value {
	case "directory":
		value = typeDir
	case "docker", "registry":
		value = typeImage
	case "oci":
		value = "oci-layout"
	}
	if !slices.Contains(thingTypes, value) {
		return fmt.Errorf("write one of %s", strings.Join(thingTypes, ", "))
	}
	f.value = value
	return nil
}

// Type is what help calls the value.
func (f *typeFlag) Type() string { return "type" }

func (f *typeFlag) add(cmd *cobra.Command) {
	cmd.Flags().Var(f, "type", "what it is: "+strings.Join(thingTypes, ", "))
	completeWith(cmd, "type", thingTypes)
}
