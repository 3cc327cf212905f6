namespace LlmOperator.EndToEnd.Harness.Cluster;

/// <summary>All stories of the cluster share one installation and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterStories : ICollectionFixture<Installation>
{
    public const string Name = "cluster";
}
