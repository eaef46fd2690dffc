# rolewright in an image of its own, for CI that runs containers:
#   docker build -t rolewright .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" -e AWS_REGION -e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY -e AWS_SESSION_TOKEN rolewright plan
# --user: plans and the journal are written into the mounted folder, which is the caller's.
FROM rust:1.95-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN cargo build --release --locked --bin rolewright

FROM debian:stable-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home rolewright
COPY --from=build /source/target/release/rolewright /usr/local/bin/rolewright
USER rolewright
WORKDIR /work
ENTRYPOINT ["rolewright"]
