namespace LlmOperator.Deploy.Tests.Images;

/// <summary>The instructions of a Dockerfile, one a line, in its stages.</summary>
internal sealed class Dockerfile
{
    private readonly List<List<(string Name, string Arguments)>> _stages = [];

    private Dockerfile(string text)
    {
        foreach (string line in text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string[] words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            if (words[0] == "FROM")
            {
                _stages.Add([]);
            }

            if (_stages.Count > 0)
            {
                _stages[^1].Add((words[0], words[1]));
            }
        }
    }

    public static IReadOnlyList<string> Images { get; } = ["operator", "router", "node-agent"];

    /// <summary>What each stage starts from.</summary>
    public IReadOnlyList<string> Bases => [.. _stages.Select(s => s[0].Arguments)];

    public static Dockerfile Of(string image) =>
        new(Repository.Read("deploy", "images", image, "Dockerfile"));

    /// <summary>Arguments of all instructions of a name in the first stage.</summary>
    public IReadOnlyList<string> First(string name) => Of(_stages[0], name);

    /// <summary>Arguments of all instructions of a name in the last stage, which is the image.</summary>
    public IReadOnlyList<string> Last(string name) => Of(_stages[^1], name);

    private static IReadOnlyList<string> Of(List<(string Name, string Arguments)> stage, string name) =>
        [.. stage.Where(i => i.Name == name).Select(i => i.Arguments)];
}
