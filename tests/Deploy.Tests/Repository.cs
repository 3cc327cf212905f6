namespace LlmOperator.Deploy.Tests;

/// <summary>The checkout that the tests run in, and the files in it that are generated.</summary>
internal static class Repository
{
    private static readonly bool s_update = Environment.GetEnvironmentVariable("LLMOP_UPDATE") == "1";

    public static string Root => Testing.Engine.EngineFixture.RepositoryRoot;

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    public static string Read(params ReadOnlySpan<string> parts) => File.ReadAllText(PathOf(parts));

    /// <summary>Fails when a generated file is not what it should be; writes it instead when eng/generate asks.</summary>
    public static void RequireCurrent(string path, string expected)
    {
        string file = PathOf(path);
        if (s_update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == expected,
            $"{path} is stale: run eng/generate and commit what it writes."
        );
    }
}
