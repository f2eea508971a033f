package dev.unpark.cli;

import dev.unpark.diagnosis.report.JsonWriter;
import dev.unpark.diagnosis.report.Mask;
import dev.unpark.dumps.judge.Diagnosis;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a command tells besides the findings, in text before them, in JSON beside them. */
interface Supplement {
  /** Nothing besides. */
  Supplement NONE =
      new Supplement() {
        @Override
        public String text(List<Diagnosis> diagnoses, @Nullable Mask mask) {
          return "";
        }

        @Override
        public void json(JsonWriter json, List<Diagnosis> diagnoses, @Nullable Mask mask) {}
      };

  /** For people; empty, or ended by an empty line. */
  String text(List<Diagnosis> diagnoses, @Nullable Mask mask);

  /** Writes names and values into the object that is open. */
  void json(JsonWriter json, List<Diagnosis> diagnoses, @Nullable Mask mask);
}
