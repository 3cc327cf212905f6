using LlmOperator.EndToEnd.Harness.Cluster;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;

namespace LlmOperator.EndToEnd.Stories.Cluster;

/// <summary>Operators that end while they lead.</summary>
[Collection(ClusterStories.Name)]
public sealed class LeaderStories(Installation installation)
{
    private static readonly ObjectKey s_lease = new(Installation.System, "llm-operator");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Leader_Killed_AnotherLeadsWhenTheLeaseIsOver()
    {
        PodFacts leader = await LeaderAsync();
        await installation.Cluster.NodeAsync(leader.Node, Token, "kill", leader.Uid);

        await TakenOverAsync(leader, "SIGKILL");
    }

    [Fact]
    public async Task Leader_Deleted_ReleasesTheLease()
    {
        PodFacts leader = await LeaderAsync();
        await installation.Cluster.KubectlAsync(
            null,
            Token,
            ["delete", "pod", leader.Name, "-n", Installation.System, "--wait=false"]
        );

        await TakenOverAsync(leader, "an orderly stop");
    }

    private async Task<PodFacts> LeaderAsync()
    {
        await installation.EnsureAsync(Token);
        Lease? lease = await installation.Client.FindAsync<Lease>(s_lease, Token);
        IReadOnlyList<PodFacts> pods = await PodFacts.OfAsync(installation, "operator", Token);
        Assert.Equal(2, pods.Count);
        return pods.Single(pod => lease!.Spec.HolderIdentity!.StartsWith(pod.Name, StringComparison.Ordinal));
    }

    private async Task TakenOverAsync(PodFacts former, string how)
    {
        string? holder = null;
        TimeSpan took = await installation.WaitForAsync<Lease>(
            s_lease,
            lease =>
                (holder = lease!.Spec.HolderIdentity) is { Length: > 0 }
                && !holder.StartsWith(former.Name, StringComparison.Ordinal),
            Token
        );
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"after {how} another instance leads in {took.TotalSeconds:0.0} s"
        );
        // What it leads for still works: a change is acted on.
        await installation.EnsureAsync(Token);
    }
}
