namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>An API server that the story is played on; the kinds are installed.</summary>
internal abstract class StoryServer : IAsyncDisposable
{
    /// <summary>May do everything.</summary>
    public abstract HttpClient Admin { get; }

    /// <summary>What the requests of a component are sent with.</summary>
    public abstract HttpClient ClientOf(Component component);

    public abstract ValueTask DisposeAsync();

    protected static IEnumerable<string> Crds =>
        Directory.EnumerateFiles(Repository.PathOf("deploy", "crds"), "*.yaml").Select(File.ReadAllText);
}
