using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Sources;
using LlmOperator.Testing.Gguf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelSource = LlmOperator.Api.V1Alpha1.ModelSource;

namespace LlmOperator.Operator.Tests.Stories;

/// <summary>Models by URL: inspected by ranges; without a digest the first download decides for all nodes.</summary>
public sealed class HttpSourceStoryTests
{
    private const string Digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private static readonly OperatorOptions s_loopback = new()
    {
        Sources = new SourceSettings { AllowLoopback = true },
    };

    [Fact]
    public async Task HttpSource_WithoutDigest_TheFirstDownloadDecidesForAllNodes()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent first = await world.AddNodeAsync("node-a", 4096);
        first.FoundDigest = Digest;
        await using WebApplication server = await ServeAsync(ModelShapes.TinyLlama());
        await world.StartOperatorAsync(s_loopback);
        LlmModelSpec spec = new()
        {
            Source = new ModelSource { Http = new HttpModelSource { Url = UrlOf(server) } },
        };
        await world.ApplyAsync("web", spec);

        LlmModel stored = await world.WaitAsync(
            "web",
            m => m.Status?.Artifacts.Any(a => a.Digest == Digest) == true,
            "the digest of the first download is recorded"
        );
        await world.ApplyAsync("web", spec with { Placement = new ModelPlacement { Replicas = 2 } });
        await world.AddNodeAsync("node-b", 4096);

        IReadOnlyList<ModelReplica> replicas = await world.WaitForReplicasAsync(
            r => r.Count == 2 && r.All(x => x.Spec.Artifact.Digest == Digest),
            "both nodes must have the same bytes"
        );
        Assert.Equal(stored.Status!.Artifacts[0].SizeBytes, replicas[1].Spec.Artifact.SizeBytes);
    }

    [Fact]
    public async Task HttpSource_ThatIsAway_IsTriedAgain()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        bool isUp = false;
        await using WebApplication server = await ServeAsync(ModelShapes.TinyLlama(), () => isUp);
        await world.StartOperatorAsync(s_loopback);
        await world.ApplyAsync(
            "web",
            new LlmModelSpec
            {
                Source = new ModelSource { Http = new HttpModelSource { Url = UrlOf(server) } },
            }
        );
        LlmModel waiting = await world.WaitAsync(
            "web",
            LlmModelConditions.Accepted,
            ConditionStatus.False,
            LlmModelConditions.SourceUnreachable
        );
        Assert.DoesNotContain(LlmModelConditions.Stalled, waiting.Status!.Conditions.Select(c => c.Type));

        isUp = true;

        await world.WaitAsync(
            "web",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
    }

    [Fact]
    public async Task HttpSource_OnLoopback_IsRefusedByDefault()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await using WebApplication server = await ServeAsync(ModelShapes.TinyLlama());
        await world.StartOperatorAsync();
        await world.ApplyAsync(
            "web",
            new LlmModelSpec
            {
                Source = new ModelSource { Http = new HttpModelSource { Url = UrlOf(server) } },
            }
        );

        await world.WaitAsync(
            "web",
            LlmModelConditions.Accepted,
            ConditionStatus.False,
            LlmModelConditions.SourceRefused
        );
    }

    private static string UrlOf(WebApplication server) =>
        server
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First() + "/model.gguf";

    private static async Task<WebApplication> ServeAsync(byte[] file, Func<bool>? isUp = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapMethods(
            "/model.gguf",
            ["GET", "HEAD"],
            () =>
                isUp?.Invoke() == false
                    ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable)
                    : Results.File(file, "application/octet-stream", enableRangeProcessing: true)
        );
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
