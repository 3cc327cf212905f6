namespace LlmOperator.ApiServer.Tests;

/// <summary>Finds files of the checkout from the tests' output folder.</summary>
internal static class Repository
{
    public static string Find(string path)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "LlmOperator.sln")))
            {
                return Path.Combine(at.FullName, path);
            }
        }
        throw new DirectoryNotFoundException($"{path}: no checkout above {AppContext.BaseDirectory}.");
    }
}
