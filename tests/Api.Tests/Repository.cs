using System.Runtime.CompilerServices;

namespace LlmOperator.Api.Tests;

internal static class Repository
{
    /// <summary>Folder of the repository that this file was compiled from.</summary>
    public static string Root { get; } = Find(Here());

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "LlmOperator.sln"))
            ? directory
            : Find(
                Path.GetDirectoryName(directory)
                    ?? throw new DirectoryNotFoundException("No folder above holds LlmOperator.sln.")
            );

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
