# syntax=docker/dockerfile:1
# Built where it is fast, for the architecture that was asked for:
#   docker buildx build --platform linux/amd64,linux/arm64 .
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source

# What restore needs, and nothing that changes with every commit: this layer is kept until a reference changes.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt ./
COPY src/Directory.Build.props src/Directory.Build.targets src/
COPY src/ThunderStack.Cloud/*.csproj src/ThunderStack.Cloud/
COPY src/ThunderStack.Webhooks/*.csproj src/ThunderStack.Webhooks/
COPY src/ThunderStack.Webhooks.AspNetCore/*.csproj src/ThunderStack.Webhooks.AspNetCore/
COPY src/ThunderStack.Webhooks.Dashboard/*.csproj src/ThunderStack.Webhooks.Dashboard/
COPY src/ThunderStack.Webhooks.Management/*.csproj src/ThunderStack.Webhooks.Management/
COPY src/ThunderStack.Webhooks.NodeWatch/*.csproj src/ThunderStack.Webhooks.NodeWatch/
COPY src/ThunderStack.Webhooks.Notify/*.csproj src/ThunderStack.Webhooks.Notify/
COPY src/ThunderStack.Webhooks.PostgreSql/*.csproj src/ThunderStack.Webhooks.PostgreSql/
COPY src/ThunderStack.Webhooks.RabbitMq/*.csproj src/ThunderStack.Webhooks.RabbitMq/
COPY src/ThunderStack.Webhooks.Sqlite/*.csproj src/ThunderStack.Webhooks.Sqlite/
COPY src/ThunderStack.Webhooks.Receiver/*.csproj src/ThunderStack.Webhooks.Receiver/
RUN dotnet restore src/ThunderStack.Webhooks.Receiver -a $TARGETARCH -p:PublishReadyToRun=true

COPY .editorconfig ./
COPY src src
RUN dotnet publish src/ThunderStack.Webhooks.Receiver --no-restore -a $TARGETARCH --no-self-contained \
        -c Release -p:PublishReadyToRun=true -o /app \
    && mkdir /data

# No shell, no package manager; the user is app (1654).
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled

# Settings of yours: a folder or a ConfigMap mounted at /config. The inbox's default, data/inbox.db, is in /data from here.
WORKDIR /
COPY --from=build /app /app
COPY --from=build --chown=1654:1654 /data /data
# The dashboard shows times in the zone of whoever looks; this image has no zones of its own.
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo

ENV ASPNETCORE_HTTP_PORTS=8080
EXPOSE 8081
EXPOSE 8080
VOLUME /data
USER 1654

# There is no shell and no curl: the receiver asks itself, on the management port.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["dotnet", "/app/ThunderStack.Webhooks.Receiver.dll", "--health"]
ENTRYPOINT ["dotnet", "/app/ThunderStack.Webhooks.Receiver.dll"]
