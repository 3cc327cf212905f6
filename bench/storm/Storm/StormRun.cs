using System.Text.Json.Nodes;
using LlmOperator.Api;
using LlmOperator.Api.Schema;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Storm.Fleet;
using LlmOperator.Storm.Machines;
using LlmOperator.Storm.Nodes;
using LlmOperator.Storm.Results;

namespace LlmOperator.Storm;

/// <summary>One run: a server, nodes, an operator; then all models at once.</summary>
internal sealed class StormRun(StormOptions options)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    // Until what the storm has still stirred up has calmed down: events, collections of garbage, reports of the nodes.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(30);
    private readonly TimeProvider _time = TimeProvider.System;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("llmop-storm-").FullName;
        try
        {
            StormResult result = await RunAsync(folder, cancellationToken);
            if (options.Json.Length > 0)
            {
                result.Write(options.Json);
            }

            Console.WriteLine(ResultTable.Of([result]));
            foreach (string fault in result.Faults)
            {
                Console.WriteLine($"FAULT {fault}");
            }

            return result.Faults.Count == 0 ? 0 : 1;
        }
        finally
        {
            string log = Path.Combine(folder, "operator.log");
            if (options.Log.Length > 0 && File.Exists(log))
            {
                File.Copy(log, options.Log, overwrite: true);
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<StormResult> RunAsync(string folder, CancellationToken cancellationToken)
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(
            options,
            folder,
            cancellationToken
        );
        using KubernetesClient client = new(
            KubernetesConfiguration.FromKubeconfigText(
                await File.ReadAllTextAsync(server.Kubeconfig, cancellationToken)
            ),
            _time
        );
        await InstallAsync(client, cancellationToken);
        await using ModelFileServer files = await ModelFileServer.StartAsync(cancellationToken);
        await using ChildProcess nodes = ChildProcess.StartSelf(
            Path.Combine(folder, "nodes.log"),
            "nodes",
            server.Kubeconfig,
            options.Nodes.ToString(System.Globalization.CultureInfo.InvariantCulture),
            folder
        );
        await UntilAsync(
            () => AreNodesReadyAsync(client, cancellationToken),
            "nodes ready",
            cancellationToken
        );
        Say($"{options.Nodes} nodes are ready");
        await using OperatorProcess @operator = new(
            options.Operator,
            server.Kubeconfig,
            Path.Combine(folder, "operator.log")
        );
        await using FleetObserver fleet = new(client);
        await fleet.UntilSyncedAsync(cancellationToken);
        @operator.Start();
        await @operator.UntilReadyAsync(cancellationToken);
        return await MeasureAsync(server, client, files, folder, @operator, fleet, cancellationToken);
    }

    private async Task<StormResult> MeasureAsync(
        ServerUnderTest server,
        KubernetesClient client,
        ModelFileServer files,
        string folder,
        OperatorProcess @operator,
        FleetObserver fleet,
        CancellationToken cancellationToken
    )
    {
        await using UsageSampler memory = new(() => @operator.Id);
        await using UsageSampler serverMemory = new(() => server.Processes[^1]);
        Metrics agentsBefore = await NodeMetricsAsync(folder, cancellationToken);
        Metrics before = await @operator.MetricsAsync(cancellationToken);
        double cpuBefore = @operator.CpuSeconds;
        double serverBefore = server.Usage.CpuSeconds;
        long start = _time.GetTimestamp();
        await CreateAsync(client, files, cancellationToken);
        Say($"{options.Models} models are created after {_time.GetElapsedTime(start).TotalSeconds:0.0} s");
        await KillAsync(@operator, fleet, cancellationToken);
        await UntilAsync(
            async () =>
            {
                await @operator.EnsureRunningAsync();
                return fleet.Done == options.Models;
            },
            "models ready",
            cancellationToken,
            () => $"{fleet.Done} models are ready"
        );
        double seconds = _time.GetElapsedTime(start).TotalSeconds;
        double cpu = @operator.CpuSeconds - cpuBefore;
        double serverCpu = server.Usage.CpuSeconds - serverBefore;
        IReadOnlyList<long> resident = memory.TakeResident();
        Say($"all are ready after {seconds:0.0} s, operator CPU {cpu:0.0} s");

        await Task.Delay(s_settling, _time, cancellationToken);
        Metrics settled = await @operator.MetricsAsync(cancellationToken);
        Metrics agentsSettled = await NodeMetricsAsync(folder, cancellationToken);
        double cpuSettled = @operator.CpuSeconds;
        (int models, int replicas) changes = (fleet.ModelChanges.Updated, fleet.ReplicaChanges.Updated);
        await Task.Delay(TimeSpan.FromSeconds(options.IdleSeconds), _time, cancellationToken);
        Metrics idle = (await @operator.MetricsAsync(cancellationToken)).Since(settled);
        Metrics agentsIdle = (await NodeMetricsAsync(folder, cancellationToken)).Since(agentsSettled);
        double idleCpu = @operator.CpuSeconds - cpuSettled;
        // What a killed operator had counted is lost: then these are the numbers of its last life.
        Metrics storm = options.Kills == 0 ? settled.Since(before) : settled;
        if (options.EndState.Length > 0)
        {
            await File.WriteAllLinesAsync(
                options.EndState,
                EndState.Of(fleet.Models, fleet.Replicas),
                cancellationToken
            );
        }

        return new StormResult
        {
            Target = options.Target,
            Models = options.Models,
            Nodes = options.Nodes,
            Replicas = fleet.Replicas.Count,
            Kills = options.Kills,
            Seconds = seconds,
            OperatorCpuSeconds = cpu,
            ServerCpuSeconds = serverCpu,
            PeakMiB = resident.Max() / 1048576.0,
            Percentile95MiB = resident.Order().ElementAt((int)(resident.Count * 0.95)) / 1048576.0,
            AfterMiB = ProcessUsage.Read(@operator.Id)!.Value.ResidentBytes / 1048576.0,
            ServerPeakMiB = serverMemory.TakeResident().Max() / 1048576.0,
            IdleSeconds = options.IdleSeconds,
            IdleCpuSeconds = idleCpu,
            Requests = storm.Sum(RequestsMetric, "verb", "resource"),
            Failures = new SortedDictionary<string, double>(
                storm
                    .Sum(RequestsMetric, "code", "verb", "resource")
                    .Where(r => r.Key[0] != '2')
                    .ToDictionary()
            ),
            IdleRequests = idle.Sum(RequestsMetric, "verb", "resource"),
            AgentRequests = agentsSettled.Since(agentsBefore).Sum(RequestsMetric, "verb", "resource"),
            IdleAgentRequests = agentsIdle.Sum(RequestsMetric, "verb", "resource"),
            WatchEvents = storm.Sum("rest_client_watch_events_total", "resource"),
            WatchBytes = storm.Sum("rest_client_watch_bytes_total", "resource"),
            Reconciles = storm.Sum("controller_runtime_reconcile_total", "controller"),
            ReconcileSeconds = storm.Sum("controller_runtime_reconcile_time_seconds_sum", "controller"),
            InspectionRequests = files.Requests.Inspections,
            ModelUpdates = changes.models,
            ReplicaUpdates = changes.replicas,
            Faults = await FaultsAsync(client, fleet, @operator.Restarts, cancellationToken),
        };
    }

    private const string RequestsMetric = "rest_client_requests_total";

    private async Task<IReadOnlyList<string>> FaultsAsync(
        KubernetesClient client,
        FleetObserver fleet,
        int restarts,
        CancellationToken cancellationToken
    )
    {
        KubernetesList<LlmNode> nodes = await client.ListAsync<LlmNode>(new ListOptions(), cancellationToken);
        int wanted = Enumerable.Range(0, options.Models).Sum(StormModels.ReplicasOf);
        List<string> faults = [.. EndState.Faults(fleet.Models, fleet.Replicas, nodes.Items)];
        faults.AddRange(fleet.ReplicaChanges.MadeAgain.Select(k => $"{k} was made more than once"));
        if (fleet.ReplicaChanges.Deleted > 0)
        {
            faults.Add($"{fleet.ReplicaChanges.Deleted} replicas were deleted, of models that all stay");
        }

        if (fleet.ReplicaChanges.Added != wanted)
        {
            faults.Add($"{fleet.ReplicaChanges.Added} replicas were made, and {wanted} are wanted");
        }

        if (restarts > 0)
        {
            faults.Add($"the operator ended by itself {restarts} times");
        }

        return faults;
    }

    // Spread over the storm: each time that a further part of the models is ready.
    private async Task KillAsync(
        OperatorProcess @operator,
        FleetObserver fleet,
        CancellationToken cancellationToken
    )
    {
        for (int kill = 1; kill <= options.Kills; kill++)
        {
            int at = options.Models * kill / (options.Kills + 1);
            await UntilAsync(
                () => Task.FromResult(fleet.Replicas.Count >= at),
                "replicas",
                cancellationToken
            );
            await @operator.KillAsync();
            Say($"killed at {fleet.Replicas.Count} replicas, {fleet.Done} models ready");
            @operator.Start();
        }
    }

    private async Task CreateAsync(
        KubernetesClient client,
        ModelFileServer files,
        CancellationToken cancellationToken
    ) =>
        await Parallel.ForEachAsync(
            Enumerable.Range(0, options.Models),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken },
            async (model, token) =>
                await client.ApplyAsync(
                    StormModels.Of(model, files),
                    new ApplyOptions { FieldManager = "storm" },
                    token
                )
        );

    private async Task InstallAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        foreach (JsonObject crd in CrdManifests.All)
        {
            using HttpRequestMessage request = new(
                HttpMethod.Post,
                new Uri("apis/apiextensions.k8s.io/v1/customresourcedefinitions", UriKind.Relative)
            )
            {
                Content = new StringContent(
                    crd.ToJsonString(),
                    System.Text.Encoding.UTF8,
                    "application/json"
                ),
            };
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new InvalidOperationException(
                    await response.Content.ReadAsStringAsync(cancellationToken)
                );
            }
        }

        await client.ApplyAsync(
            new Namespace { Metadata = new ObjectMeta { Name = WellKnown.SystemNamespace } },
            new ApplyOptions { FieldManager = "storm" },
            cancellationToken
        );
        await UntilAsync(
            async () =>
            {
                foreach (JsonObject crd in CrdManifests.All)
                {
                    JsonNode spec = crd["spec"]!;
                    using HttpRequestMessage list = new(
                        HttpMethod.Get,
                        new Uri(
                            $"apis/{spec["group"]}/{spec["versions"]![0]!["name"]}/{spec["names"]!["plural"]}",
                            UriKind.Relative
                        )
                    );
                    using HttpResponseMessage answer = await client.SendAsync(list, cancellationToken);
                    if (!answer.IsSuccessStatusCode)
                    {
                        return false;
                    }
                }

                return true;
            },
            "CRDs served",
            cancellationToken
        );
    }

    private async Task<bool> AreNodesReadyAsync(
        KubernetesClient client,
        CancellationToken cancellationToken
    ) =>
        (await client.ListAsync<LlmNode>(new ListOptions(), cancellationToken)).Items.Count(n =>
            n.Status?.Conditions.IsTrue(LlmNodeConditions.Ready) == true
        ) == options.Nodes;

    private static async Task<Metrics> NodeMetricsAsync(string folder, CancellationToken cancellationToken) =>
        Metrics.Parse(
            await File.ReadAllTextAsync(Path.Combine(folder, NodesProgram.MetricsFile), cancellationToken)
        );

    private async Task UntilAsync(
        Func<Task<bool>> holds,
        string what,
        CancellationToken cancellationToken,
        Func<string>? progress = null
    )
    {
        long start = _time.GetTimestamp();
        for (int looks = 1; !await holds(); looks++)
        {
            if (_time.GetElapsedTime(start) > s_limit)
            {
                throw new TimeoutException($"Not within {s_limit.TotalMinutes} minutes: {what}.");
            }

            if (progress is not null && looks % 50 == 0)
            {
                Say(progress());
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, cancellationToken);
        }
    }

    private void Say(string text) =>
        Console.Error.WriteLine($"{_time.GetLocalNow():HH:mm:ss} {options.Target}: {text}");
}
