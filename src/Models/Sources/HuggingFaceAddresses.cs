namespace LlmOperator.Models.Sources;

/// <summary>Addresses of the Hugging Face hub.</summary>
internal static class HuggingFaceAddresses
{
    /// <summary>The hub with a slash at its end.</summary>
    public static Uri Hub(SourceSettings settings) =>
        new(settings.HuggingFace.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");

    /// <summary>A file at a commit.</summary>
    public static Uri Resolve(SourceSettings settings, string repo, string commit, string path) =>
        new(
            Hub(settings),
            $"{repo}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}"
        );
}
