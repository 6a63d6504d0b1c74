export const VERSION_FLAGS: readonly string[] = ['--version', '-v', 'version'];

export const HELP = `nx-docker-cache: Docker builds of a monorepo with a registry as everybody's layer cache

  nx-docker-cache build <project…>    build the images of projects, by name or folder, as one run;
                                      --all: of all, --affected: of those that a change concerns;
                                      <project>:<target> is a project's second build, here and below
  nx-docker-cache plan <project>      show what a build would do, and do nothing
  nx-docker-cache publish <project…>  give tags to images that were built and pushed
  nx-docker-cache inspect [project]   show what Dockerfiles read and need, and where their COPY lists are stale
  nx-docker-cache affected            show which builds a change concerns, why, and which could be skipped
  nx-docker-cache matrix --shards <n> split builds over agents, for a matrix of CI
  nx-docker-cache run <project> <task>
                                      run a configured task in its built stage, found by digest on any agent
  nx-docker-cache run <project> --stage <stage> -- <command…>
                                      the same with any command
  nx-docker-cache init                set up a workspace without Nx: configuration, scripts, turbo.json

Options of init
  --registry <host/path>   for all packages                 --dry-run             say what would be added
  --ci <service>           github or gitlab: a pipeline too --shards <count>      agents that build at once, 3

Options of run, beside those of a build
  --stage <stage>          stage that the command runs in   --output <path>       repeatable, copied to the project
  --env <NAME[=value]>     repeatable; a name alone takes this machine's value
  --envfile <path>         repeatable                       --workdir <path>, --user <user>, --network <name>
  --volume, --tmpfs        repeatable, as docker has them   --memory <size>, --cpus <number>
  --service <name=image>   repeatable, a container beside it that it reaches by name
  --timeout <seconds>      end it, and fail, after that     --no-skip             run it even if it has passed already
  --record, --no-record    leave a record of a pass also with volumes and networks, or never
  --entrypoint             run the command through the image's ENTRYPOINT

Options of build and plan (they win over the workspace's configuration)
  --registry <host/path>   registry of image and cache, for instance ghcr.io/acme
  --image <template>       image name without tag           --tag <template>      repeatable
  --dockerfile <path>      from the workspace root          --context <path>      from the workspace root
  --target <stage>         stage to build                   --stage <stage>       beside it, repeatable
  --platform <os/arch>     repeatable
  --build-arg <NAME=value> repeatable                       --secret <id=…,env=…> repeatable, by name only
  --label <key=value>      repeatable                       --builder <name>      buildx builder
  --cache <kind>           registry, local, inline, gha, s3, azblob or none
  --load, --no-load        load the image into the engine   --push, --no-push     push it to the registry
  --no-cache               execute every step               --pull                look for newer base images
  --no-skip                build even where the registry holds this very build
  --skip repository        let builds of the default branch take what any branch of the repository built
  --prune <mode>           graph: COPY . . without packages that are not needed; sources: only what is read; off
  --default-branch <name>  branch whose cache all others read
  --parallel <n>           build only: builds of one run of the engine at most, also NX_DOCKER_CACHE_PARALLEL
  --progress <mode>        auto, plain, quiet or rawjson    --dry-run             print the plan only
  --json                   plan, inspection or results as JSON on stdout
  -c, --configuration <name>
                           of Nx's targets, as nx run has it; for all commands but init
  --cwd <folder>           workspace to work in (default: the current folder)
  --help, --version

Options of publish
  --tag <rule>             type=semver,pattern={{version}}, type=ref,event=branch, {branch}-{shortSha}, …; repeatable
  --stage <name>           tags of a stage too, repeatable  --dry-run, --json, --cwd as above

Options of affected
  --base <commit>          count changes from here (default: NX_BASE, TURBO_SCM_BASE, what CI says, the default branch)
  --head <commit>          to here (default: the working tree, with what is not committed)
  --no-check               do not ask the registry what could be skipped
  --json, --cwd <folder>   as above

Options of matrix
  --shards <n>             agents, 1 to 256                 --affected            only what a change concerns
  --github, --gitlab       for a matrix, for a child pipeline of a shard a job; --json for all of it
  --skip-known             leave out what the registry holds and what has passed; it gets no tag from this run
  --local-times            do not ask the registry how long builds took: agents that each plan get the same
  --base, --head, --cwd    as above

Exit codes: 0 done · 1 the build, the push or the publish failed · 2 wrong usage or input · 130 interrupted
            run: that of the command · 124 its time was up
`;
