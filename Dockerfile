# The program `cloudcert` in a container, without Rust on the machine. Build it in the root of a clone:
#
#     docker build --tag cloudcert .
#     docker run --rm --env ALIBABA_CLOUD_ACCESS_KEY_ID --env ALIBABA_CLOUD_ACCESS_KEY_SECRET cloudcert check aliyun-cas
#
# To read and write files of the working folder, run it as yourself:
#
#     docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work" cloudcert ...
#
# The local endpoint is in it too (emulator/Dockerfile builds it alone):
#
#     docker run --rm --publish 127.0.0.1:8080:8080 cloudcert emulate --allow-remote --listen 0.0.0.0:8080
#
# `.ci/container` runs these steps without a container.

FROM docker.io/library/rust:1.95-slim-bookworm AS build
ARG PROFILE=release
WORKDIR /source
COPY . .
RUN CARGO_PROFILE_RELEASE_STRIP=true cargo install --quiet --locked --path cli --profile "$PROFILE" --root /out

FROM docker.io/library/debian:bookworm-slim
COPY --from=build /out/bin/cloudcert /usr/local/bin/cloudcert
# Root certificates are in the program, and it needs no right.
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/cloudcert"]
