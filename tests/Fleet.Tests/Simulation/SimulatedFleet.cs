using System.Globalization;
using LlmOperator.Api;
using LlmOperator.Api.Schema;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Models.Sources;
using LlmOperator.Operator;
using LlmOperator.Testing.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelSource = LlmOperator.Api.V1Alpha1.ModelSource;

namespace LlmOperator.Fleet.Tests.Simulation;

/// <summary>
/// The operator, many agents and an API server in one process: the real ones, but for engines and devices. Every model is
/// wanted on every node; what they ask of the API server and of the origin is counted.
/// </summary>
internal static class SimulatedFleet
{
    private const string ModelNamespace = "default";

    /// <summary>From an empty fleet to every model ready on every node.</summary>
    public static async Task<FleetCounts> RunAsync(FleetOptions options, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken
        );
        limit.CancelAfter(options.Limit);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("llmop-fleet-");
        try
        {
            await using ApiServerFixture server = await ApiServerFixture.StartAsync(
                CrdManifests.All.Select(crd => KubernetesYaml.Write(crd)),
                limit.Token
            );
            await using FleetOrigin origin = await FleetOrigin.StartAsync(
                options.Models,
                options.OriginBytesPerSecond,
                limit.Token
            );
            return await RunAsync(
                options,
                KubernetesConfiguration.FromKubeconfigText(server.Server.Kubeconfig),
                origin,
                folder.FullName,
                limit.Token
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static string NameOf(int model) => string.Create(CultureInfo.InvariantCulture, $"m{model:D2}");

    private static async Task<FleetCounts> RunAsync(
        FleetOptions options,
        KubernetesConfiguration kubernetes,
        FleetOrigin origin,
        string folder,
        CancellationToken cancellationToken
    )
    {
        using KubernetesClient client = new(kubernetes, TimeProvider.System);
        await client.CreateAsync(
            new Namespace { Metadata = new ObjectMeta { Name = WellKnown.SystemNamespace } },
            new WriteOptions { FieldManager = "simulation" },
            cancellationToken
        );
        CallCounts operatorCalls = new();
        await using OperatorPart controller = OperatorHost.Create(
            new OperatorOptions
            {
                LeaderElection = false,
                Sources = new SourceSettings { AllowLoopback = true },
            },
            operatorCalls.Over(client),
            null,
            NullLoggerFactory.Instance,
            TimeProvider.System
        );
        await controller.StartAsync(cancellationToken);
        List<FleetNode> nodes = [];
        long start = TimeProvider.System.GetTimestamp();
        try
        {
            for (int number = 1; number <= options.Nodes; number++)
            {
                nodes.Add(await FleetNode.StartAsync(number, kubernetes, folder, options, cancellationToken));
            }

            await UntilAsync(() => AreReadyAsync(client, options, cancellationToken), cancellationToken);
            int writesBefore = operatorCalls.AllWrites + nodes.Sum(node => node.Calls.AllWrites);
            for (int model = 0; model < options.Models; model++)
            {
                await client.ApplyAsync(
                    Model(model, origin),
                    new ApplyOptions { FieldManager = "simulation" },
                    cancellationToken
                );
            }

            await UntilAsync(() => HaveAllAsync(client, options, cancellationToken), cancellationToken);
            return FleetCounts.Of(
                options,
                nodes,
                operatorCalls,
                origin,
                writesBefore,
                TimeProvider.System.GetElapsedTime(start)
            );
        }
        finally
        {
            await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        }
    }

    private static LlmModel Model(int model, FleetOrigin origin) =>
        new()
        {
            Metadata = new ObjectMeta { Name = NameOf(model), Namespace = ModelNamespace },
            Spec = new LlmModelSpec
            {
                Source = new ModelSource
                {
                    Http = new HttpModelSource
                    {
                        Url = origin.UrlOf(model),
                        Sha256 = origin.DigestOf(model).Hex,
                    },
                },
                Context = new ContextRange { Preferred = 1024, Minimum = 512 },
                Placement = new ModelPlacement { Mode = PlacementMode.EveryNode },
            },
        };

    private static async Task<bool> AreReadyAsync(
        KubernetesClient client,
        FleetOptions options,
        CancellationToken cancellationToken
    ) =>
        (await client.ListAsync<LlmNode>(new ListOptions(), cancellationToken)).Items.Count(n =>
            n.Status?.Conditions.IsTrue(LlmNodeConditions.Ready) == true
        ) == options.Nodes;

    private static async Task<bool> HaveAllAsync(
        KubernetesClient client,
        FleetOptions options,
        CancellationToken cancellationToken
    ) =>
        (await client.ListAsync<LlmModel>(new ListOptions(), cancellationToken)).Items.Count(m =>
            m.Status?.Conditions.IsTrue(LlmModelConditions.Ready) == true
            && m.Status.Replicas?.Ready == options.Nodes
        ) == options.Models;

    private static async Task UntilAsync(Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        while (!await holds())
        {
            await Task.Delay(100, cancellationToken);
        }
    }
}
