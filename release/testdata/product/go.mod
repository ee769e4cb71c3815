module github.com/landfall-dev/landfall

go 1.26.0

require example.com/dep v1.2.3

replace example.com/dep v1.2.3 => ./dep
