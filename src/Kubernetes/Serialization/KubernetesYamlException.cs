namespace LlmOperator.Kubernetes.Serialization;

/// <summary>A text is not YAML that Kubernetes understands. The message names file, line and column.</summary>
public sealed class KubernetesYamlException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">Name of the file, for the message.</param>
    /// <param name="line">Line, from 1.</param>
    /// <param name="column">Column, from 1.</param>
    /// <param name="problem">What is wrong, for people.</param>
    /// <param name="innerException">Cause, if any.</param>
    public KubernetesYamlException(
        string file,
        long line,
        long column,
        string problem,
        Exception? innerException = null
    )
        : base($"{file}:{line}:{column}: {problem}", innerException) =>
        (File, Line, Column, Problem) = (file, line, column, problem);

    /// <summary>Name of the file.</summary>
    public string File { get; }

    /// <summary>Line, from 1.</summary>
    public long Line { get; }

    /// <summary>Column, from 1.</summary>
    public long Column { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }
}
