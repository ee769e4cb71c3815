// Command landfalld is the product in small.
package main

import "os"

var version string

func main() { _, _ = os.Stdout.WriteString("landfalld " + version + "\n") }
