using System.Text;

namespace LlmOperator.Kubernetes.Authentication;

/// <summary>
/// The kubeconfig's hint on where to get a missing plugin: text of a stranger, so without control characters (escape
/// codes of a terminal), and at most ten times an hour (C5).
/// </summary>
internal sealed class InstallHint(string? text, TimeProvider time)
{
    private const int MostPerHour = 10;
    private const int LongestText = 2048;

    private readonly Lock _lock = new();
    private long _hourStart;
    private int _shown;

    /// <summary>The hint to show now, or null.</summary>
    public string? Next()
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        lock (_lock)
        {
            if (_shown == 0 || time.GetElapsedTime(_hourStart) >= TimeSpan.FromHours(1))
            {
                (_hourStart, _shown) = (time.GetTimestamp(), 0);
            }

            return _shown++ < MostPerHour ? Clean(text) : null;
        }
    }

    private static string Clean(string text)
    {
        StringBuilder clean = new();
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, LongestText)))
        {
            clean.Append(char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c);
        }

        return clean.ToString();
    }
}
